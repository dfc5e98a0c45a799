namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>What is to be attempted now.</summary>
/// <param name="Deliveries">The claimed deliveries, those of the oldest messages first.</param>
/// <param name="NextAt">When the next one becomes due, UTC; <c>null</c> when none is known.</param>
public sealed record WebhookClaim(IReadOnlyList<WebhookDelivery> Deliveries, DateTimeOffset? NextAt);
