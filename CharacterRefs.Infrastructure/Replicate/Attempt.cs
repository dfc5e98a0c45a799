using System.Net;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>One HTTP attempt, as the retry rules see it.</summary>
internal abstract record Attempt(AttemptEnd End, HttpStatusCode? Status, TimeSpan? RetryAfter)
{
    /// <summary>Replicate rejected the request for its rate limit, so nothing was done.</summary>
    public bool IsRateLimit => Status == HttpStatusCode.TooManyRequests;

    /// <summary>Can be retried where a retry is harmless.</summary>
    public bool IsTransient =>
        End is AttemptEnd.NeverSent or AttemptEnd.Broken or AttemptEnd.TimedOut
        || Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    /// <summary>For the log: the status or how it ended.</summary>
    public string Reason => Status is { } status ? $"HTTP {(int)status}" : End.ToString();

    /// <summary>The request was understood and done.</summary>
    protected static bool IsSuccess(HttpStatusCode? status) => status is >= HttpStatusCode.OK and < HttpStatusCode.Ambiguous;

    /// <summary>
    /// Only a failed name resolution or connection proves that nothing was sent; measured on .NET 10, a reset after the request is
    /// <see cref="HttpRequestError.Unknown"/> and a closed connection <see cref="HttpRequestError.ResponseEnded"/>.
    /// </summary>
    protected static AttemptEnd EndOf(HttpRequestException error) =>
        error.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError ? AttemptEnd.NeverSent : AttemptEnd.Broken;

    /// <summary>SocketsHttpHandler reports its connect timeout as a cancellation with an inner <see cref="TimeoutException"/>.</summary>
    protected static AttemptEnd EndOf(OperationCanceledException error, CancellationTokenSource timeout) =>
        error.InnerException is TimeoutException && !timeout.IsCancellationRequested ? AttemptEnd.NeverSent : AttemptEnd.TimedOut;
}
