using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Application.Jobs.Archive;

/// <summary>
/// A job's set as a zip archive that only stores: names are paths of the workspace, so that unpacking into one restores it. Its length and its
/// fingerprint are known beforehand; its bytes are read from the store when they are wanted. The same set gives the same bytes every time.
/// </summary>
public sealed class JobArchive
{
    private readonly JobManifest _manifest;
    private readonly IAssetStore _store;
    private readonly ArchiveLayout _layout;

    /// <param name="manifest">The set.</param>
    /// <param name="store">Where its files are.</param>
    /// <exception cref="OverflowException">Its files are longer together than <see cref="long.MaxValue"/> bytes.</exception>
    public JobArchive(JobManifest manifest, IAssetStore store)
    {
        (_manifest, _store) = (manifest, store);
        _layout = new ArchiveLayout(manifest.Files);
    }

    /// <summary>The job.</summary>
    public JobId JobId => _manifest.JobId;

    /// <summary>When this state of the set was reached, UTC.</summary>
    public DateTimeOffset StoredAt => _manifest.StoredAt;

    /// <summary>Length in bytes.</summary>
    public long Length => _layout.Length;

    /// <inheritdoc cref="ArchiveLayout.Fingerprint"/>
    public ContentHash Fingerprint => _layout.Fingerprint;

    /// <summary>All bytes, from the first.</summary>
    public ArchiveStream Open() => Open(0, Length);

    /// <summary>Some of the bytes; what lies behind them is not fetched.</summary>
    /// <param name="offset">The first, from 0.</param>
    /// <param name="count">How many.</param>
    public ArchiveStream Open(long offset, long count) => new(_layout, _store, offset, count);

    /// <summary>Looks by one listing whether every file is in the store with the length that the manifest names.</summary>
    /// <returns><c>null</c> when they are, otherwise <see cref="ErrorKind.Conflict"/> with the files that are not.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer.</exception>
    public async Task<Error?> FindFaultAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<AssetKey, long>();
        await foreach (var entry in _store.ListAsync(AssetLayout.Job(JobId), cancellationToken))
        {
            found[entry.Key] = entry.Length;
        }

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

        return faults.Count > 0 ? ArchiveErrors.Incomplete(JobId, faults) : null;
    }
}
