using System.Net;
using System.Text.Json.Serialization.Metadata;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>One call of the API with its whole response in memory, or how it ended without one.</summary>
internal sealed record Reply(AttemptEnd End, HttpStatusCode? Status = null, TimeSpan? RetryAfter = null, ReadOnlyMemory<byte> Body = default)
{
    /// <summary>2xx; which one does not matter, because the body has the status of the prediction.</summary>
    public bool Succeeded => Status is >= HttpStatusCode.OK and < HttpStatusCode.Ambiguous;

    /// <summary>Replicate rejected the request for its rate limit, so nothing was done.</summary>
    public bool IsRateLimit => Status == HttpStatusCode.TooManyRequests;

    /// <summary>Can be retried where a retry is harmless.</summary>
    public bool IsTransient => End is AttemptEnd.NeverSent or AttemptEnd.Broken or AttemptEnd.TimedOut
        || Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    /// <summary>Whether the request may have been carried out although there is no usable response; for a create: whether it may be billed.</summary>
    public bool MayHaveArrived => Succeeded || End is AttemptEnd.Broken or AttemptEnd.TimedOut
        || Status is HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

    /// <summary>For the log: the status or how it ended.</summary>
    public string Reason => Status is { } status ? $"HTTP {(int)status}" : End.ToString();

    /// <summary>Sends one attempt. A failure of the transport is a reply, not an exception; the caller's own cancellation is thrown.</summary>
    public static async Task<Reply> SendAsync(
        HttpClient http, HttpRequestMessage request, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return new Reply(AttemptEnd.Responded, response.StatusCode, RetryAdvice.Read(response, body, clock.GetUtcNow()), body);
        }
        catch (HttpRequestException error)
        {
            return new Reply(EndOf(error));
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            return new Reply(EndOf(error, timeout));
        }
    }

    /// <summary>The body as a wire type; <c>null</c> when it is anything else, such as the HTML page of an edge server.</summary>
    public T? Read<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return Body.IsEmpty ? null : JsonSerializer.Deserialize(Body.Span, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Only a failed name resolution or connection proves that nothing was sent; measured on .NET 10, a reset after the request is
    /// <see cref="HttpRequestError.Unknown"/> and a closed connection <see cref="HttpRequestError.ResponseEnded"/>.
    /// </summary>
    private static AttemptEnd EndOf(HttpRequestException error) =>
        error.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError ? AttemptEnd.NeverSent : AttemptEnd.Broken;

    /// <summary>SocketsHttpHandler reports its connect timeout as a cancellation with an inner <see cref="TimeoutException"/>.</summary>
    private static AttemptEnd EndOf(OperationCanceledException error, CancellationTokenSource timeout) =>
        error.InnerException is TimeoutException && !timeout.IsCancellationRequested ? AttemptEnd.NeverSent : AttemptEnd.TimedOut;
}
