namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>The kind of an entry of a directory, without following a link.</summary>
internal enum EntryKind
{
    File,
    Folder,
    Link,
    Pipe,
    Socket,
    Device,
}
