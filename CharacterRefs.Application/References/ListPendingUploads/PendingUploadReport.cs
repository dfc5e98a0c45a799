namespace CharacterRefs.Application.References.ListPendingUploads;

/// <summary>What waits for the object store.</summary>
/// <param name="Count">The number of images whose upload is pending.</param>
/// <param name="Oldest">Those of them that were stored first, the oldest first.</param>
public sealed record PendingUploadReport(long Count, IReadOnlyList<CharacterReference> Oldest);
