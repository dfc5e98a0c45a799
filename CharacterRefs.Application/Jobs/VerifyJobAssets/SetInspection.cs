using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.VerifyJobAssets;

/// <summary>
/// Compares the store with a job's manifest. It takes no lease, so that a set can be verified while it is persisted; when the manifest changed meanwhile,
/// the comparison is repeated with the new one.
/// </summary>
public sealed partial class SetInspection(
    IAssetStore store, ManifestStore manifests, SetTransfers transfers, IContentDigester digester, ILogger<SetInspection> logger)
{
    private const int MaxAttempts = 3;

    /// <returns>The findings, or the error of <see cref="ManifestStore.FindAsync"/>.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond; its contents are unknown.</exception>
    internal async Task<Result<SetFindings>> RunAsync(JobActivity activity, VerifyDepth depth, CancellationToken cancellationToken)
    {
        var jobId = activity.JobId;
        var found = await manifests.FindAsync(jobId, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            if (!found.TryGet(out var manifest, out var error))
            {
                return error;
            }

            var findings = await CompareAsync(activity, manifest, depth, cancellationToken);
            if ((findings.IsComplete && findings.Extra.Count == 0) || attempt == MaxAttempts)
            {
                return findings;
            }

            found = await manifests.FindAsync(jobId, cancellationToken);
            if (found.Value is { } current && current.StoredAt == manifest.StoredAt
                && current.Files.SequenceEqual(manifest.Files) && current.Versions.SequenceEqual(manifest.Versions))
            {
                return findings;
            }
        }
    }

    private async Task<SetFindings> CompareAsync(JobActivity activity, JobManifest manifest, VerifyDepth depth, CancellationToken cancellationToken)
    {
        var jobId = manifest.JobId;
        var files = manifest.Files.Select(SetFile.Of).ToList();

        var known = manifest.KnownKeys();
        var lengths = new Dictionary<AssetKey, long>();
        var extra = new List<string>();
        await foreach (var item in store.ListAllAsync(AssetLayout.Job(jobId), cancellationToken))
        {
            if (item.Asset is { } asset)
            {
                lengths[asset.Key] = asset.Length;
            }

            if (!(item.Asset is { } ours && known.Contains(ours.Key)) && JobObjects.IsContent(jobId, item))
            {
                extra.Add((item.Asset is { } other ? AssetLayout.TryReadJobAsset(jobId, other.Key)?.Value : null) ?? item.Name);
            }
        }

        var missing = files.Where(file => !lengths.ContainsKey(file.Key)).ToList();
        var corrupt = files.Where(file => lengths.TryGetValue(file.Key, out var length) && length != file.SizeBytes).ToList();
        if (depth is VerifyDepth.Hash)
        {
            var (absent, other) = await ReadAsync(activity, [.. files.Except(missing).Except(corrupt)], cancellationToken);
            missing.AddRange(absent);
            corrupt.AddRange(other);
        }

        return new SetFindings(InOrder(files.Except(missing).Except(corrupt)), InOrder(missing), InOrder(corrupt), manifest.RefusedPaths, extra);
    }

    private async Task<(IEnumerable<SetFile> Absent, IEnumerable<SetFile> Other)> ReadAsync(
        JobActivity activity, IReadOnlyList<SetFile> files, CancellationToken cancellationToken)
    {
        var jobId = activity.JobId;
        var total = files.Sum(file => file.SizeBytes);
        LogStarted(logger, jobId, files.Count, total);
        var digests = await transfers.RunAsync(
            activity,
            files,
            file => file.SizeBytes,
            async (file, progress, token) => (File: file, Digest: await FindDigestAsync(store, digester, file.Key, progress, token)),
            at => LogProgress(logger, jobId, at.DoneFiles, at.Files, at.DoneBytes, at.Bytes, at.Percent, at.MegabytesPerSecond),
            cancellationToken);
        LogFinished(logger, jobId, files.Count, total);
        return (
            digests.Where(read => read.Digest is null).Select(read => read.File),
            digests.Where(read => read.Digest is { } digest && !(digest.SizeBytes == read.File.SizeBytes && digest.Sha256 == read.File.Sha256))
                .Select(read => read.File));
    }

    /// <summary>Reads the object at a key and returns its digest.</summary>
    /// <returns><c>null</c> when there is none.</returns>
    internal static async Task<ContentDigest?> FindDigestAsync(
        IAssetStore store, IContentDigester digester, AssetKey key, FileProgress progress, CancellationToken cancellationToken)
    {
        await using var asset = await store.OpenReadAsync(key, null, cancellationToken);
        return asset is null ? null : await digester.DigestAsync(progress.Watch(asset.Content), cancellationToken);
    }

    private static IReadOnlyList<SetFile> InOrder(IEnumerable<SetFile> files) => [.. files.OrderBy(file => file.Path.Value, StringComparer.Ordinal)];

    [LoggerMessage(74, LogLevel.Information, "Verifying job {JobId} by reading started: {Files} files, {Bytes} bytes")]
    private static partial void LogStarted(ILogger logger, JobId jobId, int files, long bytes);

    [LoggerMessage(
        75,
        LogLevel.Information,
        "Job {JobId}: {Done} of {Files} stored files read, {DoneBytes} of {Bytes} bytes, {Percent} %, {Rate:0.0} MB/s")]
    private static partial void LogProgress(ILogger logger, JobId jobId, int done, int files, long doneBytes, long bytes, int percent, double rate);

    [LoggerMessage(76, LogLevel.Information, "Job {JobId} was verified by reading: {Files} files, {Bytes} bytes")]
    private static partial void LogFinished(ILogger logger, JobId jobId, int files, long bytes);
}
