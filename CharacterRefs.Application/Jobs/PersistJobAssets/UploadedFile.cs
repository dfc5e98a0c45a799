using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.PersistJobAssets;

/// <summary>A file of a workspace after its upload, in which the store did not fail.</summary>
/// <param name="IsPresent">Whether the workspace still had it.</param>
/// <param name="Saved">The saved file; <c>null</c> when the set had it already, the workspace no longer did, or it was refused.</param>
internal sealed record UploadedFile(bool IsPresent, SavedFile? Saved)
{
    /// <summary>Whether the set had it already, but its bytes in the store were damaged and were replaced.</summary>
    public bool IsMended { get; init; }

    /// <summary>Why the file itself cannot be part of the set; <c>null</c> when it can.</summary>
    public Error? Reason { get; init; }

    public static UploadedFile Refused(Error reason) => new(IsPresent: false, null) { Reason = reason };
}
