using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>
/// Moves the bytes of a committed set to their keys: replaced files become versions, incoming bytes take their keys, a manifest records it, and keys that
/// no manifest names are deleted. Every step is idempotent, so that the next run finishes what a killed one left.
/// </summary>
public sealed partial class SetMoves(IAssetStore store, ManifestStore manifests, IContentDigester digester, JobSettings settings, ILogger<SetMoves> logger)
{
    /// <returns>The manifest that is current afterwards.</returns>
    /// <exception cref="AssetStoreUnavailableException">A step failed in the store. The manifest before is current and complete.</exception>
    /// <exception cref="ManifestChangedException">Another service committed a manifest meanwhile, which is current.</exception>
    public async Task<JobManifest> FinishAsync(JobManifest manifest, CancellationToken cancellationToken)
    {
        if (!manifest.IsUnfinished())
        {
            return manifest;
        }

        // Versions first: moving the incoming bytes overwrites the replaced ones.
        var versions = await SelectAsync(manifest.Versions, (version, token) => KeepAsync(manifest.JobId, version, token), cancellationToken);
        var files = await SelectAsync(manifest.Files, (file, token) => PlaceAsync(manifest, file, token), cancellationToken);
        manifest = manifest with { Files = files, Versions = [.. versions.OfType<JobAssetVersion>()] };
        manifest = await manifests.WriteAsync(manifest, cancellationToken);
        if (manifest.Leftovers.Count == 0)
        {
            return manifest;
        }

        var named = manifest.Files.Concat(manifest.Versions.Select(version => version.Asset)).Select(asset => asset.Key).ToHashSet();
        await SelectAsync(
            [.. manifest.Leftovers.Where(key => !named.Contains(key) && key != AssetLayout.JobManifest(manifest.JobId))],
            async (key, token) =>
            {
                await store.DeleteAsync(key, token);
                return key;
            },
            cancellationToken);
        return await manifests.WriteAsync(manifest with { Leftovers = [] }, cancellationToken);
    }

    /// <returns>The version in place; <c>null</c> when its bytes are no longer in the store.</returns>
    private async Task<JobAssetVersion?> KeepAsync(JobId jobId, JobAssetVersion version, CancellationToken cancellationToken)
    {
        while (!version.Asset.IsInPlace(jobId))
        {
            var (from, placed) = (version.Asset.Key, version.Asset.InPlace(jobId));
            if (await ExistsAsync(placed, cancellationToken) && !await store.IsDamagedAsync(placed.Key, cancellationToken))
            {
                return version with { Asset = placed };
            }

            if (!await ExistsAsync(version.Asset, cancellationToken)
                || await TryCopyAsync(version.Asset, () => store.CopyAsync(from, placed.Key, cancellationToken), cancellationToken) is not { } outcome)
            {
                LogVersionLost(logger, version.Of.Value, jobId);
                return null;
            }

            version = outcome is SaveOutcome.Conflict
                ? VersionPlan.Numbered(version, version.Number + 1) // another program took the name meanwhile
                : version with { Asset = await VerifiedAsync(placed, cancellationToken) };
        }

        return version;
    }

    /// <summary>The key has the earlier bytes or the new ones at every moment: a reader of the manifest that is written next finds them there.</summary>
    /// <returns>The file at its own key. Lost bytes are logged here and reported when the set is verified.</returns>
    private async Task<JobAsset> PlaceAsync(JobManifest manifest, JobAsset file, CancellationToken cancellationToken)
    {
        var placed = file.InPlace(manifest.JobId);
        if (file.IsInPlace(manifest.JobId))
        {
            return placed;
        }

        var existing = await store.FindAsync(placed.Key, cancellationToken);
        var isPlaced = AssetIdentity.Matches(existing, placed.SizeBytes, placed.Sha256) && !await store.IsDamagedAsync(placed.Key, cancellationToken);
        if (isPlaced && existing!.MediaType == placed.MediaType)
        {
            return placed;
        }

        if (await TryPlaceAsync(file, placed.Key, cancellationToken))
        {
            return await VerifiedAsync(placed, cancellationToken);
        }

        if (!isPlaced)
        {
            await RequireCurrentAsync(manifest, cancellationToken);
            LogBytesLost(logger, file.Path.Value, manifest.JobId);
        }

        return placed;
    }

    /// <returns><c>false</c> when the incoming bytes are missing or damaged; the target is unchanged.</returns>
    private async Task<bool> TryPlaceAsync(JobAsset file, AssetKey to, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(file.Key, cancellationToken) is not { } incoming)
        {
            return false;
        }

        if (incoming.MediaType == file.MediaType)
        {
            return await TryCopyAsync<bool>(file, async () => await store.CopyOverAsync(file.Key, to, cancellationToken), cancellationToken) is true;
        }

        // Incoming files with the same bytes share one key and the media type of the first; a copy would keep that type.
        try
        {
            await store.ReplaceAsync(to, new AssetContent(file.SizeBytes, file.MediaType, file.Sha256, OpenAsync), cancellationToken);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }

        async ValueTask<Stream> OpenAsync(CancellationToken token) =>
            (await store.OpenReadAsync(file.Key, null, token))?.Content
            ?? throw new InvalidDataException("The incoming bytes were deleted while they were copied.");
    }

    /// <summary>Only who works without the lease, because it was ended or expired, finds bytes missing that the current manifest does not need.</summary>
    /// <exception cref="ManifestChangedException">Another request committed a manifest or deleted the job.</exception>
    private async Task RequireCurrentAsync(JobManifest manifest, CancellationToken cancellationToken)
    {
        if ((await manifests.FindAsync(manifest.JobId, cancellationToken)).Value?.Replaces != manifest.Replaces)
        {
            throw new ManifestChangedException(manifest.JobId);
        }
    }

    /// <summary>Copies inside the store.</summary>
    /// <returns>The outcome; <c>null</c> when the source is missing or damaged, so that a retry would fail too.</returns>
    private async Task<T?> TryCopyAsync<T>(JobAsset from, Func<Task<T?>> copy, CancellationToken cancellationToken)
        where T : struct
    {
        try
        {
            return await copy();
        }
        catch (AssetStoreUnavailableException error) when (error.Fault is AssetStoreFault.Rejected)
        {
            await using var asset = await store.OpenReadAsync(from.Key, null, cancellationToken);
            if (asset is not null && (await digester.DigestAsync(asset.Content, cancellationToken)).Sha256 == from.Sha256)
            {
                throw;
            }

            return null;
        }
    }

    /// <summary>Compares metadata only. An object that an earlier system stored without a hash, or a copy of one, is compared by length.</summary>
    private async Task<bool> ExistsAsync(JobAsset asset, CancellationToken cancellationToken) =>
        AssetIdentity.Matches(await store.FindAsync(asset.Key, cancellationToken), asset.SizeBytes, asset.Sha256, isHashRequired: false);

    private async Task<JobAsset> VerifiedAsync(JobAsset asset, CancellationToken cancellationToken) => await ExistsAsync(asset, cancellationToken)
        ? asset
        : throw new AssetStoreUnavailableException(StoreFaults.NotKept.Detail, AssetStoreFault.Rejected);

    private async Task<IReadOnlyList<TOut>> SelectAsync<TIn, TOut>(
        IReadOnlyList<TIn> items, Func<TIn, CancellationToken, Task<TOut>> work, CancellationToken cancellationToken)
    {
        var results = new TOut[items.Count];
        await Parallel.ForAsync(
            0,
            items.Count,
            new ParallelOptions { MaxDegreeOfParallelism = settings.Concurrency, CancellationToken = cancellationToken },
            async (index, token) => results[index] = await work(items[index], token));
        return results;
    }

    [LoggerMessage(80, LogLevel.Warning, "No version of the replaced {Path} of job {JobId} was kept: its bytes were missing or damaged")]
    private static partial void LogVersionLost(ILogger logger, string path, JobId jobId);

    [LoggerMessage(81, LogLevel.Error, "The bytes of {Path} of job {JobId} were missing in the store; repair the job to restore them from its workspace")]
    private static partial void LogBytesLost(ILogger logger, string path, JobId jobId);
}
