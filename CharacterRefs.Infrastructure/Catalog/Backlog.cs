namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>The work that the catalog holds.</summary>
/// <param name="Slots">Open slots by their state; states without a slot are there with a count of 0.</param>
/// <param name="Outputs">Predictions that the provider charges for and whose image is not on local disk yet.</param>
/// <param name="Uploads">Pending uploads.</param>
/// <param name="Webhooks">Webhooks that are still to be delivered.</param>
internal sealed record Backlog(IReadOnlyDictionary<string, BacklogPart> Slots, BacklogPart Outputs, BacklogPart Uploads, BacklogPart Webhooks);
