namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>What lies in a workspace.</summary>
/// <param name="Files">The files of the set, in the order of their paths' code points.</param>
/// <param name="Ignored">Paths of what is no part of a set, such as other folders, each named once with a trailing slash.</param>
/// <param name="Refused">What lies where a file of the set could be and cannot be taken, with the reason.</param>
public sealed record WorkspaceListing(IReadOnlyList<WorkspaceFile> Files, IReadOnlyList<string> Ignored, IReadOnlyList<RefusedWorkspaceEntry> Refused);
