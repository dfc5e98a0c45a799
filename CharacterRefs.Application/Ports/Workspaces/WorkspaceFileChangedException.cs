namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>A file of a workspace was changed, replaced or removed while it was read. Read it again from the start.</summary>
public sealed class WorkspaceFileChangedException(string message) : IOException(message);
