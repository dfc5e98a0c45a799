namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>A plain file of a workspace at one moment.</summary>
/// <param name="Path">Its path in the workspace.</param>
/// <param name="SizeBytes">Length in bytes.</param>
/// <param name="ModifiedAt">When it was last written, UTC.</param>
/// <param name="Stamp">
/// Opaque text that differs when the file may have been changed or replaced. <c>null</c> when it was written so recently that a further change might not
/// alter it; such a file must be read again.
/// </param>
public sealed record WorkspaceFile(JobAssetPath Path, long SizeBytes, DateTimeOffset ModifiedAt, string? Stamp)
{
    /// <summary>
    /// Opaque text by which the workspace detects that the file changed while it is read, also when <see cref="Stamp"/> is <c>null</c>. It is not stored.
    /// <c>null</c> when there is none: then only length and time are compared.
    /// </summary>
    public string? Fingerprint { get; init; }
}
