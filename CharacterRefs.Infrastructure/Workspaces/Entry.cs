namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>An entry of a directory, without opening it.</summary>
/// <param name="SizeBytes">Length in bytes, for files.</param>
/// <param name="ModifiedAt">When the content was last written.</param>
/// <param name="ChangedAt">When its metadata last changed; the same as <paramref name="ModifiedAt"/> where the system does not report it.</param>
/// <param name="Fingerprint">Length, times and identity, as precisely as the system reports them.</param>
internal sealed record Entry(EntryKind Kind, long SizeBytes, DateTimeOffset ModifiedAt, DateTimeOffset ChangedAt, string Fingerprint)
{
    /// <summary>The kind, for a sentence.</summary>
    public static string Name(EntryKind kind) => kind switch
    {
        EntryKind.File => "a file",
        EntryKind.Folder => "a folder",
        EntryKind.Link => "a link",
        EntryKind.Pipe => "a pipe",
        EntryKind.Socket => "a socket",
        _ => "a device",
    };
}
