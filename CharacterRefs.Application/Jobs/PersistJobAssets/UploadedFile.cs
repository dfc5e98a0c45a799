using CharacterRefs.Application.Jobs.Sets;

namespace CharacterRefs.Application.Jobs.PersistJobAssets;

/// <summary>A file of a workspace that was uploaded without an error.</summary>
/// <param name="IsPresent">Whether the workspace still had it.</param>
/// <param name="Saved">The saved file; <c>null</c> when the set had it already or the workspace no longer did.</param>
internal sealed record UploadedFile(bool IsPresent, SavedFile? Saved);
