using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>
/// Moves the bytes of a committed set to their keys: replaced files become versions, incoming bytes take their keys, a manifest records it, and keys that
/// no manifest names are deleted. Every step is idempotent, so that the next run finishes what a killed one left.
/// </summary>
public sealed partial class SetMoves(IAssetStore store, ManifestStore manifests, IContentDigester digester, JobSettings settings, ILogger<SetMoves> logger)
{
    /// <returns>The manifest that is current afterwards.</returns>
    /// <exception cref="AssetStoreUnavailableException">A step failed in the store. The manifest before is current and complete.</exception>
    public async Task<JobManifest> FinishAsync(JobManifest manifest, CancellationToken cancellationToken)
    {
        if (!manifest.IsUnfinished())
        {
            return manifest;
        }

        // Versions first: moving the incoming bytes overwrites the replaced ones.
        var versions = await SelectAsync(manifest.Versions, (version, token) => KeepAsync(manifest.JobId, version, token), cancellationToken);
        var files = await SelectAsync(manifest.Files, (file, token) => PlaceAsync(manifest.JobId, file, token), cancellationToken);
        manifest = manifest with { Files = files, Versions = [.. versions.OfType<JobAssetVersion>()] };
        await manifests.WriteAsync(manifest, cancellationToken);
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
        manifest = manifest with { Leftovers = [] };
        await manifests.WriteAsync(manifest, cancellationToken);
        return manifest;
    }

    /// <returns>The version in place; <c>null</c> when its bytes are no longer in the store.</returns>
    private async Task<JobAssetVersion?> KeepAsync(JobId jobId, JobAssetVersion version, CancellationToken cancellationToken)
    {
        while (!version.Asset.IsInPlace(jobId))
        {
            var placed = version.Asset.InPlace(jobId);
            if (await ExistsAsync(placed, cancellationToken))
            {
                return version with { Asset = placed };
            }

            if (!await ExistsAsync(version.Asset, cancellationToken)
                || await TryCopyAsync(version.Asset, placed.Key, cancellationToken) is not { } outcome)
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

    /// <returns>The file at its own key. Lost bytes are logged here and reported when the set is verified.</returns>
    private async Task<JobAsset> PlaceAsync(JobId jobId, JobAsset file, CancellationToken cancellationToken)
    {
        var placed = file.InPlace(jobId);
        if (file.IsInPlace(jobId))
        {
            return placed;
        }

        var existing = await store.FindAsync(placed.Key, cancellationToken);
        var isPlaced = existing is not null && IsExactly(existing, placed);
        if (isPlaced && existing!.MediaType == placed.MediaType)
        {
            return placed;
        }

        if (await store.FindAsync(file.Key, cancellationToken) is not { } incoming)
        {
            if (!isPlaced)
            {
                LogBytesLost(logger, file.Path.Value, jobId);
            }

            return placed;
        }

        if (incoming.MediaType != file.MediaType)
        {
            // Incoming files with the same bytes share one key and the media type of the first; a copy would keep that type.
            await store.ReplaceAsync(placed.Key, new AssetContent(file.SizeBytes, file.MediaType, file.Sha256, OpenAsync), cancellationToken);
            return await VerifiedAsync(placed, cancellationToken);
        }

        await store.DeleteAsync(placed.Key, cancellationToken);
        switch (await TryCopyAsync(file, placed.Key, cancellationToken))
        {
            case null:
                LogBytesLost(logger, file.Path.Value, jobId);
                return placed;
            case SaveOutcome.Conflict:
                throw new AssetStoreUnavailableException($"Another program wrote to the key of {file.Path} while it was replaced.", AssetStoreFault.Refused);
            default:
                return await VerifiedAsync(placed, cancellationToken);
        }

        async ValueTask<Stream> OpenAsync(CancellationToken token) =>
            (await store.OpenReadAsync(file.Key, null, token))?.Content
            ?? throw new InvalidDataException("The incoming bytes were deleted while they were copied.");
    }

    /// <summary>Copies inside the store.</summary>
    /// <returns><c>null</c> when the source is missing or damaged, so that a retry would fail too.</returns>
    private async Task<SaveOutcome?> TryCopyAsync(JobAsset from, AssetKey to, CancellationToken cancellationToken)
    {
        try
        {
            return await store.CopyAsync(from.Key, to, cancellationToken);
        }
        catch (AssetStoreUnavailableException error) when (error.Fault is AssetStoreFault.Refused)
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
        await store.FindAsync(asset.Key, cancellationToken) is { } found
        && (IsExactly(found, asset) || (found.Sha256 is null && found.Length == asset.SizeBytes));

    private async Task<JobAsset> VerifiedAsync(JobAsset asset, CancellationToken cancellationToken) => await ExistsAsync(asset, cancellationToken)
        ? asset
        : throw new AssetStoreUnavailableException(StoreFaults.NotKept.Detail, AssetStoreFault.Refused);

    private static bool IsExactly(AssetMetadata found, JobAsset asset) => found.Length == asset.SizeBytes && found.Sha256 == asset.Sha256;

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
