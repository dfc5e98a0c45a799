namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>The entries of a workspace.</summary>
/// <param name="Files">The files of the set, in the order of their paths' code points.</param>
/// <param name="Ignored">Paths that are not part of a set, such as other folders, each once with a trailing slash.</param>
/// <param name="Refused">Entries at places of the set that cannot be part of it, with the reason.</param>
public sealed record WorkspaceListing(IReadOnlyList<WorkspaceFile> Files, IReadOnlyList<string> Ignored, IReadOnlyList<RefusedWorkspaceEntry> Refused);
