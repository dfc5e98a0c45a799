using System.Net;
using System.Net.Http.Headers;
using CharacterRefs.Application.Streams;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Reads an output file to its end over as many connections and processes as it takes: a broken transfer resumes by <c>Range</c> with <c>If-Range</c>. A
/// slow host is read from until Replicate deletes the file; only silence ends a connection.
/// </summary>
/// <param name="http">Without a token.</param>
/// <param name="url">The file, on an allowed host.</param>
/// <param name="partial">What an earlier process fetched, and where the bytes are kept for the next one; <c>null</c> = nowhere.</param>
/// <param name="until">When Replicate removes the file, UTC.</param>
/// <param name="logger">Never gets the URL: it grants access to the file.</param>
internal sealed class OutputStream(
    HttpClient http, Uri url, PartialOutput? partial, DateTimeOffset until, ReplicateOptions options, TimeProvider clock, ILogger logger) : ReadOnlyStream
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    // A new file may not be everywhere yet, and an edge may be wrong for a while; a host that goes on so has no file.
    private static readonly TimeSpan s_longestRejection = TimeSpan.FromMinutes(2);

    private HttpResponseMessage? _response;
    private Stream? _body;
    private RangeConditionHeaderValue? _condition = partial?.Header?.Condition;

    // Up to here the host has sent, now or to an earlier process; the reader may still be behind.
    private long _fetched = partial?.Kept ?? 0;
    private long _position;
    private long? _length = partial?.Header?.Length;
    private int _failures;
    private DateTimeOffset? _rejectedSince;

    /// <summary>Whether bytes of an earlier process were read.</summary>
    public bool HasResumed { get; private set; }

    /// <exception cref="OutputTransferException">The file cannot be read to its end, or has to be read anew.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            // Silence, not slowness, ends a connection.
            using var silence = new CancellationTokenSource(options.DownloadTimeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
            string cause;
            TimeSpan? advice = null;
            try
            {
                if (_body is null && await OpenAsync(either.Token) is { } rejection)
                {
                    (cause, advice) = rejection;
                }
                else if (_position < _fetched)
                {
                    return ReadKept(buffer);
                }
                else
                {
                    var read = await _body!.ReadAsync(buffer, either.Token);
                    if (read > 0 || buffer.Length == 0 || _length is null || _position == _length)
                    {
                        _position = _fetched += read;
                        _failures = read > 0 ? 0 : _failures;
                        partial?.Append(buffer[..read]);
                        return _position <= options.MaxOutputBytes ? read
                            : throw new OutputTransferException(AttemptEnd.TooLarge, "The output is longer than allowed.");
                    }

                    cause = "the connection ended early";
                }
            }
            catch (Exception error) when (error is IOException or HttpRequestException)
            {
                cause = "the connection broke";
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                cause = "no bytes came in time";
            }

            await CloseAsync();
            await PauseAsync(cause, advice, cancellationToken);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    /// <summary>Reads what an earlier process fetched, once the host has said that the file is still the same.</summary>
    private int ReadKept(Memory<byte> buffer)
    {
        HasResumed = true;
        var read = partial!.Read(buffer.Span, _position);
        _position += read;
        return read > 0 || buffer.Length == 0 ? read : throw Restart();
    }

    /// <returns>Why the host has no body for us now; <c>null</c> when it has.</returns>
    private async Task<(string Cause, TimeSpan? RetryAfter)?> OpenAsync(CancellationToken cancellationToken)
    {
        using var request = NextRequest();
        _response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        switch (_response.StatusCode)
        {
            case HttpStatusCode.PartialContent when Continues(_response):
                _length ??= _response.Content.Headers.ContentRange!.Length;
                break;
            case HttpStatusCode.OK when _position == 0:
                Begin(_response);
                break;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable when _position == 0 && _fetched > 0:
                // Not what was kept, and the reader has nothing of it yet.
                Begin(whole: null);
                await CloseAsync();
                return await OpenAsync(cancellationToken);
            case HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                throw Restart();
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                return ($"HTTP {(int)_response.StatusCode}", RetryAdvice.Read(_response, default, clock.GetUtcNow()));
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound
                when clock.GetUtcNow() - (_rejectedSince ??= clock.GetUtcNow()) < s_longestRejection:
                return ($"HTTP {(int)_response.StatusCode}", null);
            default:
                throw new OutputTransferException(AttemptEnd.Responded, $"HTTP {(int)_response.StatusCode}");
        }

        if (_length > options.MaxOutputBytes)
        {
            throw new OutputTransferException(AttemptEnd.TooLarge, "The output is longer than allowed.");
        }

        _body = await _response.Content.ReadAsStreamAsync(cancellationToken);
        _rejectedSince = null;
        return null;
    }

    private HttpRequestMessage NextRequest()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (_fetched > 0)
        {
            request.Headers.Range = new RangeHeaderValue(_fetched, null);
            request.Headers.IfRange = _condition;
        }

        return request;
    }

    /// <summary>Whether a partial response continues where the file ended, and is of a file of the same length.</summary>
    private bool Continues(HttpResponseMessage response) =>
        response.Content.Headers.ContentRange is { } range && range.From == _fetched && (_length ?? range.Length) == (range.Length ?? _length);

    /// <summary>The file from its first byte.</summary>
    private void Begin(HttpResponseMessage? whole)
    {
        var header = whole is null ? null : PartialHeader.Of(url, whole, until);
        _fetched = 0;
        _length = whole?.Content.Headers.ContentLength;
        _condition = header?.Condition;
        partial?.Begin(header);
    }

    private static OutputTransferException Restart() => new(AttemptEnd.Restarted, "The file changed, or its host sends no ranges.");

    private async Task PauseAsync(string cause, TimeSpan? advice, CancellationToken cancellationToken)
    {
        var pause = advice ?? (s_firstPause * Math.Pow(2, Math.Min(_failures++, 10)) * (0.8 + (0.4 * Random.Shared.NextDouble())));
        pause = pause < s_longestPause ? pause : s_longestPause;
        if (clock.GetUtcNow() + pause > until)
        {
            throw new OutputTransferException(AttemptEnd.TimedOut, $"The file was not read to its end before it is removed: {cause}.");
        }

        logger.Resuming(url.Host, _fetched, cause, pause.TotalSeconds);
        await Task.Delay(pause, clock, cancellationToken);
    }

    private async ValueTask CloseAsync()
    {
        if (_body is not null)
        {
            await _body.DisposeAsync();
            _body = null;
        }

        _response?.Dispose();
        _response = null;
    }
}
