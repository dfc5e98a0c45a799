namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>What is known of a name in a directory without opening it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="SizeBytes">Length in bytes, for files.</param>
/// <param name="ModifiedAt">When the content was last written.</param>
/// <param name="ChangedAt">When anything about it last changed; where the system does not say, the same.</param>
/// <param name="Fingerprint">Length, times and identity as precisely as the system tells them.</param>
internal sealed record Entry(EntryKind Kind, long SizeBytes, DateTimeOffset ModifiedAt, DateTimeOffset ChangedAt, string Fingerprint)
{
    /// <summary>The kind in a sentence.</summary>
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
