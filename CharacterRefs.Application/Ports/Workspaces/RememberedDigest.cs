namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>The digest of a file at the time of its stamp.</summary>
/// <param name="Path">Its path in the workspace.</param>
/// <param name="Stamp"><see cref="WorkspaceFile.Stamp"/> at that time.</param>
/// <param name="Digest">Its length and hashes.</param>
public sealed record RememberedDigest(string Path, string Stamp, ContentDigest Digest);
