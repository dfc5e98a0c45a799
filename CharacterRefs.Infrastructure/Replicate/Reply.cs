using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>One call of the API with its whole response in memory, or how it ended without one.</summary>
internal sealed record Reply(AttemptEnd End, HttpStatusCode? Status = null, TimeSpan? RetryAfter = null, ReadOnlyMemory<byte> Body = default)
    : Attempt(End, Status, RetryAfter)
{

    /// <summary>2xx; which one does not matter, because the body has the status of the prediction.</summary>
    public bool Succeeded => IsSuccess(Status);

    /// <summary>Whether the request may have been carried out although there is no usable response; for a create: whether it may be billed.</summary>
    public bool MayHaveArrived => Succeeded || End is AttemptEnd.Broken or AttemptEnd.TimedOut
        || Status is HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

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
}
