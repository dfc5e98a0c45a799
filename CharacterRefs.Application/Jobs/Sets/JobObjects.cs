using System.Collections.Concurrent;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Lists and describes a job's objects in the store that no manifest describes.</summary>
public sealed class JobObjects(IAssetStore store, IContentDigester digester, IMediaTypes mediaTypes, JobSettings settings)
{
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
    /// Files that a job without a manifest has in the store: of an earlier system, of a run that died, or linked images. Each is read once, for its hashes.
    /// </summary>
    /// <param name="jobId">The job.</param>
    /// <param name="known">Paths to leave out.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    internal async Task<IReadOnlyCollection<JobAsset>> AdoptAsync(JobId jobId, IReadOnlySet<JobAssetPath> known, CancellationToken cancellationToken)
    {
        var found = new List<(JobAssetPath Path, AssetKey Key)>();
        await foreach (var entry in store.ListAsync(AssetLayout.Job(jobId), cancellationToken))
        {
            if (AssetLayout.TryReadJobAsset(jobId, entry.Key) is { } path && !known.Contains(path))
            {
                found.Add((path, entry.Key));
            }
        }

        var adopted = new ConcurrentBag<JobAsset>();
        await Parallel.ForEachAsync(
            found,
            new ParallelOptions { MaxDegreeOfParallelism = settings.Concurrency, CancellationToken = cancellationToken },
            async (file, token) =>
            {
                if (await DescribeAsync(file.Path, file.Key, token) is { } asset)
                {
                    adopted.Add(asset);
                }
            });
        return adopted;
    }

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
}
