using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Archive;

/// <summary>
/// A job's set as an uncompressed zip archive. Names are paths of the workspace, so that unpacking restores it. Length and fingerprint are known before any
/// file is read; bytes are read from the store on demand. The same set always gives the same bytes.
/// </summary>
public sealed class JobArchive
{
    private readonly JobManifest _manifest;
    private readonly IAssetStore _store;
    private readonly ArchiveFiles _files;
    private readonly ArchiveLayout _layout;

    /// <param name="store">The store of its files.</param>
    /// <param name="files">Opens them.</param>
    /// <exception cref="OverflowException">The archive is longer than <see cref="long.MaxValue"/> bytes.</exception>
    public JobArchive(JobManifest manifest, IAssetStore store, ArchiveFiles files)
    {
        (_manifest, _store, _files) = (manifest, store, files);
        _layout = new ArchiveLayout(manifest.Files);
    }

    public JobId JobId => _manifest.JobId;

    /// <summary>When this state of the set was committed, UTC.</summary>
    public DateTimeOffset StoredAt => _manifest.StoredAt;

    /// <summary>Length in bytes.</summary>
    public long Length => _layout.Length;

    /// <inheritdoc cref="ArchiveLayout.Fingerprint"/>
    public ContentHash Fingerprint => _layout.Fingerprint;

    /// <summary>All bytes.</summary>
    public ArchiveStream Open() => Open(0, Length);

    /// <summary>A range of the bytes; nothing after it is fetched.</summary>
    /// <param name="offset">The first byte, from 0.</param>
    /// <param name="count">How many.</param>
    public ArchiveStream Open(long offset, long count) => new(_layout, _files, offset, count);

    /// <summary>Checks by one listing whether every file is in the store with the length of the manifest.</summary>
    /// <returns>
    /// <see cref="ErrorKind.Conflict"/> with the files that do not match, or <c>null</c>; and the names of the job's objects that the archive does not carry.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    public async Task<(Error? Fault, IReadOnlyList<string> Ignored)> InspectAsync(CancellationToken cancellationToken)
    {
        var objects = await _store.ListAllAsync(AssetLayout.Job(JobId), cancellationToken).ToListAsync(cancellationToken);
        var found = objects.Select(item => item.Asset).OfType<AssetEntry>().ToDictionary(entry => entry.Key, entry => entry.Length);
        var faults = new List<string>();
        foreach (var file in _manifest.Files)
        {
            if (!found.TryGetValue(file.Key, out var length))
            {
                faults.Add($"{file.Path} is missing");
            }
            else if (length != file.SizeBytes)
            {
                faults.Add($"{file.Path} has {length} bytes instead of {file.SizeBytes}");
            }
        }

        var listing = await JobListing.ReadAsync(JobId, _manifest, objects.ToAsyncEnumerable(), cancellationToken);
        return (
            faults.Count > 0 ? ArchiveErrors.Incomplete(JobId, faults) : null,
            [.. listing.Ignored, .. listing.Refused.Select(refused => refused.Path), .. _manifest.RefusedFiles.Select(file => file.Path)]);
    }
}
