namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>Something in a workspace that cannot be taken: a link, a socket, a pipe, a device, or a name that no store can keep.</summary>
/// <param name="Path">Where, relative to the workspace.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record RefusedWorkspaceEntry(string Path, string Reason);
