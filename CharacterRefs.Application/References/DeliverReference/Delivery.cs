namespace CharacterRefs.Application.References.DeliverReference;

/// <summary>How an image is delivered.</summary>
/// <param name="Image">The image; its local file is located only when it is delivered from it.</param>
/// <param name="FromStore">Whether by its presigned URL, which is then set; otherwise from its local file, which is then set.</param>
/// <param name="IsFallback">Whether the local file is used because the persisted copy is unavailable.</param>
public sealed record Delivery(LocatedReference Image, bool FromStore, bool IsFallback);
