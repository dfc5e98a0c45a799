using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.Archive;

/// <summary>Consecutive bytes of an archive that come from one place: a record of the zip format, or a file of the set.</summary>
/// <param name="Start">Where it begins in the archive.</param>
/// <param name="Length">How many bytes, at least 1.</param>
/// <param name="Record">The bytes of a record; empty when it is a file.</param>
/// <param name="Asset">The file; <c>null</c> when it is a record.</param>
public readonly record struct ArchivePart(long Start, long Length, ReadOnlyMemory<byte> Record, JobAsset? Asset)
{
    /// <summary>Where the next part begins.</summary>
    public long End => Start + Length;
}
