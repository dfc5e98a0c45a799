using System.Collections.Concurrent;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Lists and describes a job's objects in the store that no manifest describes.</summary>
public sealed class JobObjects(IAssetStore store, IContentDigester digester, IMediaTypes mediaTypes, JobSettings settings, TimeProvider clock)
{
    private const int MaxDescribed = 10_000;

    // An object written twice within the resolution of its time looks the same.
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<AssetEntry, JobAsset> _described = new();

    /// <summary>Whether the store has anything of a job: a set with or without a manifest, associated images, or files of other programs.</summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    public async Task<bool> AnyAsync(JobId jobId, CancellationToken cancellationToken) =>
        await store.ListAllAsync(AssetLayout.Job(jobId), cancellationToken).AnyAsync(item => IsContent(jobId, item), cancellationToken);

    /// <summary>Lists what the manifest does not name.</summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    internal Task<JobListing> ReadAsync(JobId jobId, JobManifest? manifest, CancellationToken cancellationToken) =>
        JobListing.ReadAsync(jobId, manifest, store.ListAllAsync(AssetLayout.Job(jobId), cancellationToken), cancellationToken);

    internal async Task<Dictionary<AssetKey, AssetEntry>> ListAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken)
    {
        var entries = new Dictionary<AssetKey, AssetEntry>();
        await foreach (var entry in store.ListAsync(prefix, cancellationToken))
        {
            entries[entry.Key] = entry;
        }

        return entries;
    }

    /// <summary>
    /// Files that a job without a manifest has in the store: of an earlier system, of a run that died, or associated images. Each is read once, for its hashes.
    /// </summary>
    /// <param name="known">Paths to leave out.</param>
    internal async Task<IReadOnlyCollection<JobAsset>> AdoptAsync(JobId jobId, IReadOnlySet<JobAssetPath> known, CancellationToken cancellationToken)
    {
        var listing = await ReadAsync(jobId, null, cancellationToken);
        return await DescribeAsync(listing.Files.Where(file => !known.Contains(file.Key)), DescribeAsync, cancellationToken);
    }

    /// <summary>
    /// Describes the files that a job without a manifest has in the store, as a manifest would. Each is read once for its hashes; while it looks the same it
    /// is not read again.
    /// </summary>
    /// <returns><c>null</c> when the store has nothing of the job.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    internal async Task<JobManifest?> FindUnlistedAsync(JobId jobId, CancellationToken cancellationToken)
    {
        var listing = await ReadAsync(jobId, null, cancellationToken);
        if (listing.Files.Count + listing.Refused.Count + listing.Ignored.Count == 0)
        {
            return null;
        }

        var files = await DescribeAsync(listing.Files, DescribeOnceAsync, cancellationToken);
        return new JobManifest(
            jobId,
            files.Select(file => file.StoredAt).DefaultIfEmpty(DateTimeOffset.UnixEpoch).Max(),
            [.. files.OrderBy(file => file.Path.Value, StringComparer.Ordinal)],
            []);
    }

    /// <summary>Whether an object is more than bytes of an interrupted run or the empty object by which a console shows a folder.</summary>
    internal static bool IsContent(JobId jobId, ListedObject item) =>
        !item.Name.EndsWith('/') && !item.Name.StartsWith(AssetLayout.JobIncomingOf(jobId).Value, StringComparison.Ordinal);

    /// <summary>Describes the object at this key by reading it.</summary>
    /// <returns><c>null</c> when there is none.</returns>
    internal async Task<JobAsset?> DescribeAsync(JobAssetPath path, AssetKey key, CancellationToken cancellationToken)
    {
        await using var asset = await store.OpenReadAsync(key, null, cancellationToken);
        if (asset is null)
        {
            return null;
        }

        var digest = await digester.DigestAsync(asset.Content, cancellationToken);
        return new JobAsset
        {
            Path = path,
            Key = key,
            SizeBytes = digest.SizeBytes,
            Sha256 = digest.Sha256,
            Crc32 = digest.Crc32,
            MediaType = mediaTypes.Of(path.Name),
            ModifiedAt = asset.Metadata.LastModified,
            StoredAt = asset.Metadata.LastModified,
        };
    }

    private Task<JobAsset?> DescribeAsync(JobAssetPath path, AssetEntry entry, CancellationToken cancellationToken) =>
        DescribeAsync(path, entry.Key, cancellationToken);

    private async Task<JobAsset?> DescribeOnceAsync(JobAssetPath path, AssetEntry entry, CancellationToken cancellationToken)
    {
        if (_described.TryGetValue(entry, out var known))
        {
            return known;
        }

        var isSettled = clock.GetUtcNow() - entry.LastModified > s_settled;
        var asset = await DescribeAsync(path, entry.Key, cancellationToken);
        if (asset is not null && isSettled)
        {
            if (_described.Count >= MaxDescribed)
            {
                _described.Clear();
            }

            _described[entry] = asset;
        }

        return asset;
    }

    private async Task<IReadOnlyCollection<JobAsset>> DescribeAsync(
        IEnumerable<KeyValuePair<JobAssetPath, AssetEntry>> files,
        Func<JobAssetPath, AssetEntry, CancellationToken, Task<JobAsset?>> describe,
        CancellationToken cancellationToken)
    {
        var assets = new ConcurrentBag<JobAsset>();
        await Parallel.ForEachAsync(
            files,
            new ParallelOptions { MaxDegreeOfParallelism = settings.Concurrency, CancellationToken = cancellationToken },
            async (file, token) =>
            {
                if (await describe(file.Key, file.Value, token) is { } asset)
                {
                    assets.Add(asset);
                }
            });
        return assets;
    }
}
