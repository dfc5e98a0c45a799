namespace CharacterRefs.Application.References.DeliverReference;

/// <summary>How an image is handed out.</summary>
/// <param name="Image">The image; its local file is looked for only when it is to be handed out.</param>
/// <param name="FromStore">By its address in the store, which is then set; otherwise from its local file, which is.</param>
/// <param name="IsFallback">Whether the local file stands in for a copy in the store that cannot be had.</param>
public sealed record Delivery(LocatedReference Image, bool FromStore, bool IsFallback);
