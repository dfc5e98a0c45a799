using System.Security.Cryptography;
using System.Text;

namespace CharacterRefs.Application.Jobs.Archive;

/// <summary>
/// The layout of a set's zip archive, computed before any file is read: per file a local record and its bytes, then the central directory and the end
/// records. Two numbers are kept per file; records are created on demand.
/// </summary>
public sealed class ArchiveLayout
{
    private readonly IReadOnlyList<JobAsset> _files;
    private readonly long[] _entries; // start of each local record, and after the last file that of the directory
    private readonly long[] _directory; // start of each central record, and after the last one that of the end records
    private readonly byte[] _end;

    /// <summary>Lays the files out in the order given.</summary>
    /// <exception cref="OverflowException">The archive is longer than <see cref="long.MaxValue"/> bytes.</exception>
    public ArchiveLayout(IReadOnlyList<JobAsset> files)
    {
        _files = files;
        _entries = new long[files.Count + 1];
        for (var i = 0; i < files.Count; i++)
        {
            _entries[i + 1] = checked(_entries[i] + ZipRecords.LocalLength(files[i]) + files[i].SizeBytes);
        }

        _directory = new long[files.Count + 1];
        _directory[0] = _entries[^1];
        for (var i = 0; i < files.Count; i++)
        {
            _directory[i + 1] = checked(_directory[i] + ZipRecords.CentralLength(files[i], _entries[i]));
        }

        _end = ZipRecords.End(files.Count, _directory[0], _directory[^1] - _directory[0]);
        Length = checked(_directory[^1] + _end.Length);
        Fingerprint = ComputeFingerprint();
    }

    /// <summary>Length of the archive in bytes.</summary>
    public long Length { get; }

    /// <summary>
    /// SHA-256 over every record and, in place of the files' bytes, their hashes. It changes exactly when a byte of the archive does, but is not the hash of
    /// the archive.
    /// </summary>
    public ContentHash Fingerprint { get; }

    /// <summary>The part that contains the byte at this position.</summary>
    /// <param name="position">From 0 to one less than <see cref="Length"/>.</param>
    public ArchivePart PartAt(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Length);
        if (position >= _directory[^1])
        {
            return OfRecord(_directory[^1], _end);
        }

        if (position >= _directory[0])
        {
            var file = IndexAt(_directory, position);
            return OfRecord(_directory[file], ZipRecords.Central(_files[file], _entries[file]));
        }

        var entry = IndexAt(_entries, position);
        var asset = _files[entry];
        var bytes = _entries[entry + 1] - asset.SizeBytes;
        return position < bytes
            ? OfRecord(_entries[entry], ZipRecords.Local(asset, _entries[entry]))
            : new ArchivePart(bytes, asset.SizeBytes, ReadOnlyMemory<byte>.Empty, asset);
    }

    private static ArchivePart OfRecord(long start, byte[] record) => new(start, record.Length, record, null);

    /// <summary>The index of the last start at or before the position.</summary>
    private static int IndexAt(long[] starts, long position)
    {
        var found = Array.BinarySearch(starts, position);
        return found >= 0 ? found : ~found - 1;
    }

    private ContentHash ComputeFingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < _files.Count; i++)
        {
            hash.AppendData(ZipRecords.Local(_files[i], _entries[i]));
            hash.AppendData(Encoding.ASCII.GetBytes(_files[i].Sha256.ToString()));
            hash.AppendData(ZipRecords.Central(_files[i], _entries[i]));
        }

        hash.AppendData(_end);
        return ContentHash.FromDigest(hash.GetHashAndReset());
    }
}
