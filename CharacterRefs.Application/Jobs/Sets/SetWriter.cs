using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>
/// Commits a new state of a job's set in place of the current one; at every moment one of the two is current and complete. The caller holds the job's lease.
/// </summary>
public sealed partial class SetWriter(
    ManifestStore manifests, SetMoves moves, JobObjects objects, JobSettings settings, TimeProvider clock, ILogger<SetWriter> logger)
{
    /// <summary>Reads the manifest and finishes the moves that an earlier run committed and did not finish.</summary>
    /// <param name="isRewritten">Whether the caller writes the whole set, so that an unreadable manifest counts as none.</param>
    /// <param name="cancellationToken">Stops; the current set stays complete.</param>
    internal async Task<Result<CurrentSet>> OpenAsync(JobId jobId, bool isRewritten, CancellationToken cancellationToken)
    {
        if ((await manifests.FindAsync(jobId, cancellationToken)).TryGet(out var manifest, out var error))
        {
            if (manifest.RefusedPaths.Count > 0)
            {
                LogRefused(logger, manifest.RefusedPaths.Count, jobId);
            }

            return new CurrentSet(jobId, await moves.FinishAsync(manifest, cancellationToken));
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
        return new CurrentSet(jobId, null, AssetTag.Unknown);
    }

    /// <summary>
    /// Commits the set with a change. Without a manifest the files that it does not name are those that the store has, so that files which left the
    /// workspace stay in the set.
    /// </summary>
    /// <returns>The current manifest.</returns>
    /// <exception cref="AssetStoreUnavailableException">
    /// The store did not accept the manifest. The one before is current, unless only the response was lost.
    /// </exception>
    /// <exception cref="ManifestChangedException">Another service committed a manifest meanwhile, which is current.</exception>
    internal async Task<JobManifest> CommitAsync(CurrentSet set, SetChange change, CancellationToken cancellationToken)
    {
        var saved = change.Saved.ToDictionary(asset => asset.Path);
        var others = set.Manifest is null ? await objects.AdoptAsync(set.JobId, saved.Keys.ToHashSet(), cancellationToken) : set.Files;
        var files = others.Where(file => !saved.ContainsKey(file.Path)).Except(change.Removed).Concat(saved.Values);
        var manifest = new JobManifest(
            set.JobId, clock.GetUtcNow(), [.. files.OrderBy(file => file.Path.Value, StringComparer.Ordinal)], set.Versions)
        {
            Replaces = set.Tag,
            RefusedFiles = change.RefusedFiles
                ?? [.. (set.Manifest?.RefusedFiles ?? []).Where(file => !saved.Keys.Any(path => path.Value == file.Path))],
        };
        var incoming = saved.Values.Where(asset => !asset.IsInPlace(set.JobId)).ToList();
        if (incoming.Count + change.Removed.Count > 0)
        {
            var present = await objects.ListAsync(AssetLayout.Job(set.JobId), cancellationToken);
            var outgoing = await FindOutgoingAsync(set, incoming, present, cancellationToken);
            outgoing.AddRange(change.Removed.Where(file => present.GetValueOrDefault(file.Key)?.Length == file.SizeBytes));
            var plan = VersionPlan.Make(set, manifest.Files, outgoing, present.Keys, settings.BackupLimit);
            var prefix = AssetLayout.JobIncomingOf(set.JobId);
            manifest = manifest with
            {
                Versions = plan.Versions,
                Leftovers = [.. plan.Leftovers, .. present.Keys.Where(prefix.Contains), .. change.Removed.Select(file => file.Key)],
            };
        }

        manifest = manifest with { Leftovers = [.. manifest.Leftovers, .. change.Leftovers] };

        // Writing the manifest is the commit. Another run can do all that follows.
        manifest = await manifests.WriteAsync(manifest, cancellationToken);
        try
        {
            return await moves.FinishAsync(manifest, cancellationToken);
        }
        catch (Exception error) when (error is AssetStoreUnavailableException or ManifestChangedException)
        {
            LogUnfinished(logger, manifest.JobId, error.Message);
            LogUnfinishedTrace(logger, manifest.JobId, error);
            return (await TryFindAsync(manifest.JobId, cancellationToken)) ?? manifest;
        }
    }

    /// <summary>Keeps a version of a file of the set as it is now.</summary>
    /// <returns>The version; <c>null</c> when the file is no longer in the store.</returns>
    internal async Task<KeptVersion?> KeepVersionAsync(CurrentSet set, JobAsset file, CancellationToken cancellationToken)
    {
        // The name of a version differs only in its end, so file and versions share a folder.
        var folder = AssetKeyPrefix.Parse(file.Key.Value[..(file.Key.Value.LastIndexOf('/') + 1)]);
        var present = await objects.ListAsync(folder, cancellationToken);
        var plan = VersionPlan.Make(set, set.Files, [file], present.Keys, settings.BackupLimit);
        var manifest = set.Manifest! with { Versions = plan.Versions, Leftovers = plan.Leftovers };
        if (manifest.IsUnfinished())
        {
            manifest = await moves.FinishAsync(await manifests.WriteAsync(manifest, cancellationToken), cancellationToken);
        }

        var versions = manifest.Versions.Where(version => version.Of == file.Path).ToList();
        return versions.Where(version => version.Asset.Sha256 == file.Sha256).MaxBy(version => version.Number) is { } kept
            ? new KeptVersion(kept, [.. set.Versions
                .Where(version => version.Of == file.Path && !versions.Exists(other => other.Asset.Sha256 == version.Asset.Sha256))
                .Select(version => version.Asset.Path)])
            : null;
    }

    /// <summary>The current manifest; <c>null</c> when it cannot be read.</summary>
    internal async Task<JobManifest?> TryFindAsync(JobId jobId, CancellationToken cancellationToken)
    {
        try
        {
            return (await manifests.FindAsync(jobId, cancellationToken)).Value;
        }
        catch (AssetStoreUnavailableException)
        {
            return null;
        }
    }

    /// <summary>The objects at the keys of the incoming files, as far as they are kept as versions.</summary>
    private async Task<List<JobAsset>> FindOutgoingAsync(
        CurrentSet set, IReadOnlyList<JobAsset> incoming, Dictionary<AssetKey, AssetEntry> present, CancellationToken cancellationToken)
    {
        var outgoing = new List<JobAsset>();
        foreach (var asset in incoming)
        {
            var key = AssetLayout.JobAsset(set.JobId, asset.Path);
            if (set.Find(asset.Path) is { } old)
            {
                if (present.GetValueOrDefault(key)?.Length == old.SizeBytes)
                {
                    outgoing.Add(old);
                }
            }
            else if (settings.BackupLimit > 0 && !set.Names(key)
                && await objects.DescribeAsync(asset.Path, key, cancellationToken) is { } unlisted && unlisted.Sha256 != asset.Sha256)
            {
                outgoing.Add(unlisted);
            }
        }

        return outgoing;
    }

    [LoggerMessage(82, LogLevel.Warning, "{Count} invalid entries of the manifest of job {JobId} were dropped")]
    private static partial void LogRefused(ILogger logger, int count, JobId jobId);

    [LoggerMessage(83, LogLevel.Warning, "The unreadable manifest of job {JobId} will be replaced: {Cause}")]
    private static partial void LogReplaced(ILogger logger, JobId jobId, string cause);

    [LoggerMessage(84, LogLevel.Warning, "The new set of job {JobId} was committed, but not all files were moved; the next change moves them: {Cause}")]
    private static partial void LogUnfinished(ILogger logger, JobId jobId, string cause);

    [LoggerMessage(92, LogLevel.Debug, "Moving the files of job {JobId} failed")]
    private static partial void LogUnfinishedTrace(ILogger logger, JobId jobId, Exception exception);
}
