namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>A file that can be read now.</summary>
/// <param name="FullPath">Absolute path.</param>
/// <param name="SizeBytes">Length in bytes.</param>
/// <param name="LastModified">When it was written, UTC.</param>
public sealed record LocalFile(string FullPath, long SizeBytes, DateTimeOffset LastModified)
{
    /// <summary>When it was written or last used, as far as it was recorded, UTC.</summary>
    public DateTimeOffset LastUsed { get; init; }

    /// <summary>Its number in the file system, which distinguishes it from a file that replaced it; 0 where unknown.</summary>
    public ulong Number { get; init; }
}
