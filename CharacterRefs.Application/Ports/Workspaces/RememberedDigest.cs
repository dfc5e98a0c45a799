namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>What a file was when it looked so.</summary>
/// <param name="Path">Its path in the workspace.</param>
/// <param name="Stamp"><see cref="WorkspaceFile.Stamp"/> at that time.</param>
/// <param name="Digest">What it was.</param>
public sealed record RememberedDigest(string Path, string Stamp, ContentDigest Digest);
