using System.Net;

namespace CharacterRefs.Infrastructure.Webhooks;

/// <summary>How one attempt ended.</summary>
/// <param name="Status">The status; <c>null</c> without a response.</param>
/// <param name="Error">The cause when it failed.</param>
/// <param name="RetryAfter">The pause that the receiver requested with 429, 502 or 504.</param>
internal sealed record WebhookReply(HttpStatusCode? Status, string Error = "", TimeSpan? RetryAfter = null)
{
    /// <summary>2xx.</summary>
    public bool IsDelivered => Status is >= HttpStatusCode.OK and < HttpStatusCode.Ambiguous;

    /// <summary>410: the receiver accepts no more messages.</summary>
    public bool IsGone => Status is HttpStatusCode.Gone;
}
