namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>
/// Webhooks that are still to be delivered, one row for each message and receiver. A claim that is not followed by an outcome expires, so a message is sent
/// again after a killed process: at least once, with the same id.
/// </summary>
public interface IWebhookOutbox
{
    /// <summary>Adds a message for every configured receiver; does nothing without one.</summary>
    Task EnqueueAsync(WebhookEvent message, CancellationToken cancellationToken);

    /// <summary>Claims deliveries of one receiver that are due.</summary>
    /// <param name="until">When the claims expire, UTC.</param>
    /// <param name="limit">The most that are claimed.</param>
    Task<WebhookClaim> ClaimAsync(Uri url, DateTimeOffset until, int limit, CancellationToken cancellationToken);

    /// <summary>Releases a claim, without an attempt: the delivery is due now for any node.</summary>
    Task ReleaseAsync(WebhookDelivery delivery, CancellationToken cancellationToken);

    /// <summary>Removes a delivery that arrived.</summary>
    Task RecordDeliveredAsync(WebhookDelivery delivery, CancellationToken cancellationToken);

    /// <summary>Records a failed attempt.</summary>
    /// <param name="delivery">The claimed delivery.</param>
    /// <param name="nextAttemptAt">When it is attempted again, UTC; <c>null</c> when it is given up.</param>
    Task RecordFailedAsync(WebhookDelivery delivery, string error, DateTimeOffset? nextAttemptAt, CancellationToken cancellationToken);

    /// <summary>Gives up deliveries that are older and neither arrived nor failed permanently.</summary>
    /// <param name="error">Why, for the record.</param>
    /// <param name="limit">The most that are given up.</param>
    /// <returns>Those that this call gave up; another call returns none of them again.</returns>
    Task<IReadOnlyList<WebhookDelivery>> GiveUpOlderAsync(DateTimeOffset createdBefore, string error, int limit, CancellationToken cancellationToken);

    /// <summary>Removes deliveries that are older and need no further attempt.</summary>
    /// <returns>How many.</returns>
    Task<int> DeleteEndedAsync(DateTimeOffset createdBefore, CancellationToken cancellationToken);
}
