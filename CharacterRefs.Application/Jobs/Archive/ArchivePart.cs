namespace CharacterRefs.Application.Jobs.Archive;

/// <summary>Consecutive bytes of an archive with one source: a record of the zip format or a file of the set.</summary>
/// <param name="Start">Its start in the archive.</param>
/// <param name="Length">Its length in bytes, at least 1.</param>
/// <param name="Record">The bytes of a record; empty when it is a file.</param>
/// <param name="Asset">The file; <c>null</c> when it is a record.</param>
public readonly record struct ArchivePart(long Start, long Length, ReadOnlyMemory<byte> Record, JobAsset? Asset)
{
    /// <summary>The start of the next part.</summary>
    public long End => Start + Length;
}
