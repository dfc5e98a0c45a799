namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>What became of the selection of a store.</summary>
/// <param name="Queued">How many uploads were queued again because the store changed.</param>
/// <param name="OtherStore">The store that another node uses, so that nothing was changed; <c>null</c> when the store was selected.</param>
public sealed record StoreSelection(int Queued, string? OtherStore = null);
