using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Reads an output file to its end over as many connections as it takes: a broken transfer resumes by <c>Range</c> with <c>If-Range</c>. A slow host is
/// read from until Replicate deletes the file; only silence ends a connection.
/// </summary>
/// <param name="http">Without a token.</param>
/// <param name="url">The file, on an allowed host.</param>
/// <param name="until">When Replicate removes the file, UTC.</param>
/// <param name="options">Limits.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Never gets the URL: it grants access to the file.</param>
internal sealed class OutputStream(
    HttpClient http, Uri url, DateTimeOffset until, ReplicateOptions options, TimeProvider clock, ILogger logger) : Stream
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    private HttpResponseMessage? _response;
    private Stream? _body;
    private EntityTagHeaderValue? _validator;
    private long _position;
    private long? _length;
    private int _failures;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

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
                if (_body is null && await OpenAsync(either.Token) is { } refusal)
                {
                    (cause, advice) = refusal;
                }
                else
                {
                    var read = await _body!.ReadAsync(buffer, either.Token);
                    if (read > 0 || buffer.Length == 0 || _length is null || _position == _length)
                    {
                        _position += read;
                        _failures = read > 0 ? 0 : _failures;
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

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    /// <returns>Why the host has no body for us now; <c>null</c> when it has.</returns>
    private async Task<(string Cause, TimeSpan? RetryAfter)?> OpenAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (_position > 0)
        {
            request.Headers.Range = new RangeHeaderValue(_position, null);
            if (_validator is { IsWeak: false })
            {
                request.Headers.IfRange = new RangeConditionHeaderValue(_validator);
            }
        }

        _response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        switch (_response.StatusCode)
        {
            case HttpStatusCode.PartialContent when _response.Content.Headers.ContentRange?.From == _position:
                _length ??= _response.Content.Headers.ContentRange.Length;
                break;
            case HttpStatusCode.OK when _position == 0:
                _length = _response.Content.Headers.ContentLength;
                _validator = _response.Headers.ETag;
                break;
            case HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                throw new OutputTransferException(AttemptEnd.Restarted, "The file changed, or its host sends no ranges.");
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                return ($"HTTP {(int)_response.StatusCode}", RetryAdvice.Read(_response, default, clock.GetUtcNow()));
            default:
                throw new OutputTransferException(AttemptEnd.Answered, $"HTTP {(int)_response.StatusCode}");
        }

        if (_length > options.MaxOutputBytes)
        {
            throw new OutputTransferException(AttemptEnd.TooLarge, "The output is longer than allowed.");
        }

        _body = await _response.Content.ReadAsStreamAsync(cancellationToken);
        return null;
    }

    private async Task PauseAsync(string cause, TimeSpan? advice, CancellationToken cancellationToken)
    {
        var pause = advice ?? (s_firstPause * Math.Pow(2, Math.Min(_failures++, 10)) * (0.8 + (0.4 * Random.Shared.NextDouble())));
        pause = pause < s_longestPause ? pause : s_longestPause;
        if (clock.GetUtcNow() + pause > until)
        {
            throw new OutputTransferException(AttemptEnd.TimedOut, $"The file was not read to its end before it is removed: {cause}.");
        }

        logger.Resuming(url.Host, _position, cause, pause.TotalSeconds);
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
