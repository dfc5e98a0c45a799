namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>One message for one receiver, claimed for one attempt.</summary>
/// <param name="Key">The row.</param>
/// <param name="MessageId">The id of the message, the same for all receivers and attempts.</param>
/// <param name="Url">The receiver.</param>
/// <param name="Type">The type of the event.</param>
/// <param name="Body">The body, to be sent as it is.</param>
/// <param name="Attempts">Attempts that were recorded so far.</param>
/// <param name="ClaimedUntil">When the claim expires and another may attempt it, UTC; recording an outcome later than that has no effect if one did.</param>
public sealed record WebhookDelivery(
    long Key, string MessageId, string Url, string Type, string Body, int Attempts, DateTimeOffset ClaimedUntil);
