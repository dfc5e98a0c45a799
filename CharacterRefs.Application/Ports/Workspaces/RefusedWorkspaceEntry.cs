namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>An entry of a workspace that cannot be part of a set: a link, a socket, a pipe, a device, or a name that is no legal path.</summary>
/// <param name="Path">Its path in the workspace.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record RefusedWorkspaceEntry(string Path, string Reason);
