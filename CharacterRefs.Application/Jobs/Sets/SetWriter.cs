using System.Collections.Concurrent;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>
/// Brings a job's set from the manifest in force to a new one, so that at every moment one of the two is in force and whole. Whoever uses it holds the
/// job's lease.
/// </summary>
public sealed partial class SetWriter(
    IAssetStore store, ManifestStore manifests, SetMoves moves, IContentDigester digester, IMediaTypes mediaTypes, JobSettings settings, TimeProvider clock,
    ILogger<SetWriter> logger)
{
    /// <summary>Reads the manifest and finishes what an earlier run committed and did not come to the end of.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="isRewritten">Whether the caller describes the whole set anew, so that a manifest that cannot be understood counts as none.</param>
    /// <param name="cancellationToken">Stops; what is in force is whole.</param>
    internal async Task<Result<CurrentSet>> OpenAsync(JobId jobId, bool isRewritten, CancellationToken cancellationToken)
    {
        if ((await manifests.FindAsync(jobId, cancellationToken)).TryGet(out var stored, out var error))
        {
            if (stored.RefusedPaths.Count > 0)
            {
                LogRefused(logger, stored.RefusedPaths.Count, jobId);
            }

            return new CurrentSet(jobId, await moves.FinishAsync(stored.Manifest, cancellationToken));
        }

        if (error.Kind is ErrorKind.NotFound)
        {
            return new CurrentSet(jobId, null);
        }

        if (!isRewritten)
        {
            return error;
        }

        LogReplaced(logger, jobId, error.Detail);
        return new CurrentSet(jobId, null);
    }

    /// <summary>Stores the bytes of one file, where they change nothing that is in force.</summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not take it.</exception>
    /// <exception cref="InvalidDataException">The file is not what its digest says.</exception>
    internal async Task<Result<SavedFile>> SaveAsync(CurrentSet set, SetFileSource file, CancellationToken cancellationToken)
    {
        if (set.Find(file.Path) is null && set.FindClash(file.Path) is { } clash)
        {
            return new Error(ErrorKind.Conflict, clash);
        }

        var key = AssetLayout.JobAsset(set.JobId, file.Path);
        var content = new AssetContent(file.Digest.SizeBytes, mediaTypes.Of(file.Path.Name), file.Digest.Sha256, file.OpenAsync);
        if (!set.Names(key))
        {
            var outcome = await store.SaveAsync(key, content, cancellationToken);
            if (outcome is not SaveOutcome.Conflict)
            {
                return await VerifyAsync(key, outcome);
            }

            // What stands there without being in the set is replaced like what is in it, unless it is no asset at all.
            if (await store.FindAsync(key, cancellationToken) is null)
            {
                return new Error(ErrorKind.Conflict, "A folder and a file claim this name in the store.");
            }
        }

        key = AssetLayout.JobIncoming(set.JobId, file.Digest.Sha256);
        var waiting = await store.SaveAsync(key, content, cancellationToken);
        if (waiting is SaveOutcome.Conflict)
        {
            // The key is the hash, so what stands there is damaged.
            await store.ReplaceAsync(key, content, cancellationToken);
            waiting = SaveOutcome.Stored;
        }

        return await VerifyAsync(key, waiting);

        async Task<Result<SavedFile>> VerifyAsync(AssetKey at, SaveOutcome outcome)
        {
            // What another program stored without a hash was read and compared by the save.
            return await store.FindAsync(at, cancellationToken) is { } found && found.Length == content.Length
                && (found.Sha256 == content.Sha256 || (found.Sha256 is null && outcome is SaveOutcome.AlreadyStored))
                ? new SavedFile(Describe(file, at, content.MediaType), outcome)
                : StoreFaults.NotKept;
        }
    }

    /// <summary>Takes back a save of this run under a key that no manifest names, because the file is another one now.</summary>
    internal async Task UndoAsync(CurrentSet set, SavedFile saved, CancellationToken cancellationToken)
    {
        if (saved.Outcome is SaveOutcome.Stored && saved.Asset.IsInPlace(set.JobId) && !set.Names(saved.Asset.Key))
        {
            await store.DeleteAsync(saved.Asset.Key, cancellationToken);
        }
    }

    /// <summary>Puts a set in force that has these files instead of those of the same paths, and all the others as they are.</summary>
    /// <returns>The manifest in force.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not take the manifest; the one before is in force, unless only the answer was lost.</exception>
    internal async Task<JobManifest> CommitAsync(CurrentSet set, IReadOnlyCollection<JobAsset> saved, CancellationToken cancellationToken)
    {
        var files = set.Files.ToDictionary(file => file.Path);
        foreach (var asset in saved)
        {
            files[asset.Path] = asset;
        }

        var manifest = new JobManifest(
            set.JobId, clock.GetUtcNow(), [.. files.Values.OrderBy(file => file.Path.Value, StringComparer.Ordinal)], set.Versions);
        var waiting = saved.Where(asset => !asset.IsInPlace(set.JobId)).ToList();
        if (waiting.Count > 0)
        {
            var present = await ListAsync(AssetLayout.Job(set.JobId), cancellationToken);
            var outgoing = await FindOutgoingAsync(set, waiting, present, cancellationToken);
            var plan = VersionPlan.Make(set, manifest.Files, outgoing, present.Keys, settings.BackupLimit);
            var incoming = AssetLayout.JobIncomingOf(set.JobId);
            manifest = manifest with { Versions = plan.Versions, Leftovers = [.. plan.Leftovers, .. present.Keys.Where(incoming.Contains)] };
        }

        return await PutInForceAsync(manifest, cancellationToken);
    }

    /// <summary>
    /// Without a manifest the store may still hold files of the job: of an earlier system, of a run that died, or linked images. Those that are not in
    /// the workspace stay in the set like all that left it; they are read once, for their hashes.
    /// </summary>
    internal async Task<IReadOnlyCollection<JobAsset>> AdoptAsync(CurrentSet set, IReadOnlyCollection<JobAsset> saved, CancellationToken cancellationToken)
    {
        var known = saved.Select(asset => asset.Path).ToHashSet();
        var found = new List<(JobAssetPath Path, AssetKey Key)>();
        await foreach (var entry in store.ListAsync(AssetLayout.Job(set.JobId), cancellationToken))
        {
            if (AssetLayout.TryReadJobAsset(set.JobId, entry.Key) is { } path && !known.Contains(path))
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

    /// <summary>Keeps a file of the set as a version now.</summary>
    /// <returns>The version; <c>null</c> when the store does not have the file any more.</returns>
    internal async Task<JobAssetVersion?> KeepAsync(CurrentSet set, JobAsset file, CancellationToken cancellationToken)
    {
        // The name of a version differs from the file's in its end only, so they lie in one folder.
        var folder = AssetKeyPrefix.Parse(file.Key.Value[..(file.Key.Value.LastIndexOf('/') + 1)]);
        var present = await ListAsync(folder, cancellationToken);
        var plan = VersionPlan.Make(set, set.Files, [file], present.Keys, settings.BackupLimit);
        var manifest = set.Manifest! with { Versions = plan.Versions, Leftovers = plan.Leftovers };
        if (manifest.IsUnfinished())
        {
            await manifests.WriteAsync(manifest, cancellationToken);
            manifest = await moves.FinishAsync(manifest, cancellationToken);
        }

        return manifest.Versions.Where(version => version.Of == file.Path).MaxBy(version => version.Number) is { } newest && newest.Asset.Sha256 == file.Sha256
            ? newest
            : null;
    }

    private async Task<JobManifest> PutInForceAsync(JobManifest manifest, CancellationToken cancellationToken)
    {
        // From here on the new set is in force. Everything below may be done by another run.
        await manifests.WriteAsync(manifest, cancellationToken);
        try
        {
            return await moves.FinishAsync(manifest, cancellationToken);
        }
        catch (AssetStoreUnavailableException error)
        {
            // Its message is the whole cause.
            LogUnfinished(logger, manifest.JobId, error.Message);
            LogUnfinishedTrace(logger, error);
            return (await TryFindAsync(manifest.JobId, cancellationToken)) ?? manifest;
        }
    }

    /// <summary>The manifest in force, when it can be read at all.</summary>
    internal async Task<JobManifest?> TryFindAsync(JobId jobId, CancellationToken cancellationToken)
    {
        try
        {
            return (await manifests.FindAsync(jobId, cancellationToken)).Value?.Manifest;
        }
        catch (AssetStoreUnavailableException)
        {
            return null;
        }
    }

    private async Task<Dictionary<AssetKey, AssetEntry>> ListAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken)
    {
        var entries = new Dictionary<AssetKey, AssetEntry>();
        await foreach (var entry in store.ListAsync(prefix, cancellationToken))
        {
            entries[entry.Key] = entry;
        }

        return entries;
    }

    /// <summary>What stands where the waiting files are to stand, as far as it is to be kept.</summary>
    private async Task<IReadOnlyCollection<JobAsset>> FindOutgoingAsync(
        CurrentSet set, IReadOnlyList<JobAsset> waiting, Dictionary<AssetKey, AssetEntry> present, CancellationToken cancellationToken)
    {
        var outgoing = new List<JobAsset>();
        foreach (var asset in waiting)
        {
            var key = AssetLayout.JobAsset(set.JobId, asset.Path);
            if (set.Find(asset.Path) is { } old)
            {
                if (present.GetValueOrDefault(key)?.Length == old.SizeBytes)
                {
                    outgoing.Add(old);
                }
            }
            else if (settings.BackupLimit > 0 && !set.Names(key) && await DescribeAsync(asset.Path, key, cancellationToken) is { } stranger && stranger.Sha256 != asset.Sha256)
            {
                outgoing.Add(stranger);
            }
        }

        return outgoing;
    }

    /// <summary>What stands under a key without a manifest that describes it. It is read for that.</summary>
    /// <returns><c>null</c> when nothing stands there.</returns>
    private async Task<JobAsset?> DescribeAsync(JobAssetPath path, AssetKey key, CancellationToken cancellationToken)
    {
        await using var asset = await store.OpenReadAsync(key, null, cancellationToken);
        if (asset is null)
        {
            return null;
        }

        var digest = await digester.DigestAsync(asset.Content, cancellationToken);
        var at = asset.Metadata.LastModified;
        return Describe(new SetFileSource(path, digest, at, _ => default), key, mediaTypes.Of(path.Name)) with { StoredAt = at };
    }

    private JobAsset Describe(SetFileSource file, AssetKey key, string mediaType) => new()
    {
        Path = file.Path,
        Key = key,
        SizeBytes = file.Digest.SizeBytes,
        Sha256 = file.Digest.Sha256,
        Crc32 = file.Digest.Crc32,
        MediaType = mediaType,
        ModifiedAt = file.ModifiedAt,
        StoredAt = clock.GetUtcNow(),
    };

    [LoggerMessage(82, LogLevel.Warning, "{Count} entries of the manifest of job {JobId} lead out of it and are left out")]
    private static partial void LogRefused(ILogger logger, int count, JobId jobId);

    [LoggerMessage(83, LogLevel.Warning, "The manifest of job {JobId} is written anew: {Detail}")]
    private static partial void LogReplaced(ILogger logger, JobId jobId, string detail);

    [LoggerMessage(84, LogLevel.Warning, "The new set of job {JobId} is in force, but its files are not all in their places; the next change of the set puts them there. {Cause}")]
    private static partial void LogUnfinished(ILogger logger, JobId jobId, string cause);

    [LoggerMessage(92, LogLevel.Debug, "What the store was asked and failed by")]
    private static partial void LogUnfinishedTrace(ILogger logger, Exception exception);
}
