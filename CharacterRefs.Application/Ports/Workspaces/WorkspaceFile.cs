using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>A plain file of a workspace at one moment.</summary>
/// <param name="Path">Its path in the workspace.</param>
/// <param name="SizeBytes">Length in bytes.</param>
/// <param name="ModifiedAt">When it was last written, UTC.</param>
/// <param name="Stamp">
/// Opaque text that differs when the file may have been changed or replaced. <c>null</c> when it was written so shortly before that a change right after
/// it might not show; such a file must be read again to be known.
/// </param>
public sealed record WorkspaceFile(JobAssetPath Path, long SizeBytes, DateTimeOffset ModifiedAt, string? Stamp)
{
    /// <summary>
    /// Opaque text by which the workspace that found the file knows it again while it is read, also when <see cref="Stamp"/> is <c>null</c>; never kept
    /// for longer. <c>null</c> when there is none: then only length and time are compared.
    /// </summary>
    public string? Fingerprint { get; init; }
}
