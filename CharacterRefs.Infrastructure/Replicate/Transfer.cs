using System.Net;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>One attempt to fetch an output; with a verdict when the receiver read it.</summary>
internal sealed record Transfer<T>(AttemptEnd End, HttpStatusCode? Status = null, TimeSpan? RetryAfter = null, Result<T>? Verdict = null)
    : Attempt(End, Status, RetryAfter)
{
    /// <summary>
    /// Sends one attempt and lets <paramref name="receive"/> read the body. Failures of the transport come back as an attempt; what the receiver
    /// throws of its own passes through.
    /// </summary>
    public static async Task<Transfer<T>> SendAsync(
        HttpClient http,
        HttpRequestMessage request,
        ReplicateOptions options,
        TimeProvider clock,
        Deadline deadline,
        Func<Stream, CancellationToken, Task<Result<T>>> receive)
    {
        using var timeout = new CancellationTokenSource(options.DownloadTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, deadline.Token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!IsSuccess(response.StatusCode))
            {
                return new Transfer<T>(AttemptEnd.Answered, response.StatusCode, RetryAdvice.Read(response, default, clock.GetUtcNow()));
            }

            if (response.Content.Headers.ContentLength > options.MaxOutputBytes)
            {
                return new Transfer<T>(AttemptEnd.TooLarge);
            }

            await using var body = new OutputStream(await response.Content.ReadAsStreamAsync(either.Token), options.MaxOutputBytes);
            var verdict = await receive(body, either.Token);
            return new Transfer<T>(AttemptEnd.Answered, response.StatusCode, Verdict: verdict);
        }
        catch (HttpRequestException error)
        {
            return new Transfer<T>(EndOf(error));
        }
        catch (OutputTransferException error)
        {
            return new Transfer<T>(error.End);
        }
        catch (OperationCanceledException error) when (either.IsCancellationRequested || error.InnerException is TimeoutException)
        {
            return new Transfer<T>(EndOf(error, either));
        }
    }
}
