using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>
/// Puts the bytes of a committed set in their places: what is replaced becomes a version, then the new bytes take its key, then a manifest says so and
/// what nobody names any more is removed. Every step may be repeated, so whoever dies on the way leaves it to the next.
/// </summary>
public sealed partial class SetMoves(IAssetStore store, ManifestStore manifests, IContentDigester digester, JobSettings settings, ILogger<SetMoves> logger)
{
    /// <returns>The manifest in force afterwards.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not do one of the steps. The manifest before is in force, and it is whole.</exception>
    public async Task<JobManifest> FinishAsync(JobManifest manifest, CancellationToken cancellationToken)
    {
        if (!manifest.IsUnfinished())
        {
            return manifest;
        }

        // All versions first: afterwards nobody knows any more what stood where the new bytes come to stand.
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

    /// <returns>The version in its place; <c>null</c> when its bytes are not in the store any more.</returns>
    private async Task<JobAssetVersion?> KeepAsync(JobId jobId, JobAssetVersion version, CancellationToken cancellationToken)
    {
        while (!version.Asset.IsInPlace(jobId))
        {
            var placed = version.Asset.InPlace(jobId);
            if (await IsThereAsync(placed, cancellationToken))
            {
                return version with { Asset = placed };
            }

            if (!await IsThereAsync(version.Asset, cancellationToken)
                || await TryCopyAsync(version.Asset, placed.Key, cancellationToken) is not { } outcome)
            {
                LogVersionLost(logger, version.Of.Value, jobId);
                return null;
            }

            version = outcome is SaveOutcome.Conflict
                ? VersionPlan.Numbered(version, version.Number + 1) // somebody else's file took the name meanwhile
                : version with { Asset = await VerifiedAsync(placed, cancellationToken) };
        }

        return version;
    }

    /// <returns>The file under its own key. When its bytes are nowhere any more, that is what verifying the set will say.</returns>
    private async Task<JobAsset> PlaceAsync(JobId jobId, JobAsset file, CancellationToken cancellationToken)
    {
        var placed = file.InPlace(jobId);
        if (file.IsInPlace(jobId))
        {
            return placed;
        }

        var standing = await store.FindAsync(placed.Key, cancellationToken);
        var isThere = standing is not null && IsExactly(standing, placed);
        if (isThere && standing!.MediaType == placed.MediaType)
        {
            return placed;
        }

        if (await store.FindAsync(file.Key, cancellationToken) is not { } incoming)
        {
            if (!isThere)
            {
                LogBytesLost(logger, file.Path.Value, jobId);
            }

            return placed;
        }

        if (incoming.MediaType != file.MediaType)
        {
            // Files with the same bytes wait under one key, with the type of the first; a copy would spread it.
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
            (await store.OpenReadAsync(file.Key, null, token))?.Content ?? throw new InvalidDataException("What was to be copied was removed.");
    }

    /// <summary>A copy inside the store.</summary>
    /// <returns><c>null</c> when the source is gone, or is damaged, which no further attempt would mend.</returns>
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

    /// <summary>By what the store knows. What an earlier system stored without a hash, and what was copied from it, is told by its length.</summary>
    private async Task<bool> IsThereAsync(JobAsset asset, CancellationToken cancellationToken) =>
        await store.FindAsync(asset.Key, cancellationToken) is { } found
        && (IsExactly(found, asset) || (found.Sha256 is null && found.Length == asset.SizeBytes));

    private async Task<JobAsset> VerifiedAsync(JobAsset asset, CancellationToken cancellationToken) => await IsThereAsync(asset, cancellationToken)
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

    [LoggerMessage(80, LogLevel.Warning, "A replaced {Path} of job {JobId} is not kept as a version: its bytes were not in the store any more, or were damaged")]
    private static partial void LogVersionLost(ILogger logger, string path, JobId jobId);

    [LoggerMessage(81, LogLevel.Error, "The bytes of {Path} of job {JobId} are not in the store any more; repairing the job mends it from the workspace")]
    private static partial void LogBytesLost(ILogger logger, string path, JobId jobId);
}
