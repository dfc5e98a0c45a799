namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>What a name in a directory stands for, when no link is followed.</summary>
internal enum EntryKind
{
    File,
    Folder,
    Link,
    Pipe,
    Socket,
    Device,
}
