using CharacterRefs.Application.Events;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Uploads;

/// <summary>
/// Verifies what a client sent straight to the store and commits it into the job's set. The client can replace its upload as long as the URL is valid, so the
/// bytes are copied through this service, which verifies what it writes. A commit also removes what earlier clients sent and nobody committed.
/// </summary>
public sealed class CommitUploadsHandler(
    SetWriter sets, SetFileWriter files, SetTransfers transfers, IAssetStore store, IContentDigester digester, JobLocks locks, JobActivities activities)
{
    // No signature lasts longer.
    private static readonly TimeSpan s_longestUrl = TimeSpan.FromDays(7);

    /// <returns>
    /// The outcome, also when files failed; <see cref="ErrorKind.Conflict"/> while another request changes the job, or when the manifest is not valid,
    /// <see cref="ErrorKind.StorageUnavailable"/> when the store failed for every file.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not accept the manifest; the one before is current.</exception>
    public Task<Result<CommittedUploads>> HandleAsync(JobId jobId, IReadOnlyList<JobUpload> uploads, CancellationToken cancellationToken) =>
        locks.RunAsync(jobId, token => CommitAsync(jobId, uploads, token), cancellationToken);

    private async Task<Result<CommittedUploads>> CommitAsync(JobId jobId, IReadOnlyList<JobUpload> uploads, CancellationToken cancellationToken)
    {
        if (!(await sets.OpenAsync(jobId, isRewritten: false, cancellationToken)).TryGet(out var set, out var error))
        {
            return error;
        }

        var open = uploads.Where(upload => set.Find(upload.Path)?.Sha256 != upload.Sha256).ToList();
        using var activity = activities.Begin(jobId, JobOperation.Persist);
        var outcomes = await transfers.TryRunAsync(
            activity, open, upload => upload.SizeBytes, (upload, progress, token) => SaveAsync(set, upload, progress, token), _ => { }, cancellationToken);
        if (SetTransfers.FindOutage(outcomes) is { } outage)
        {
            return outage;
        }

        var saved = outcomes.Where(outcome => outcome.Error is null).ToList();
        var manifest = set.Manifest;
        if (saved.Count > 0)
        {
            var change = new SetChange
            {
                Saved = [.. saved.Select(outcome => outcome.Value!.Asset)],
                Leftovers =
                [
                    .. saved.Select(outcome => AssetLayout.JobUpload(jobId, outcome.File.Sha256)).Distinct(),
                    .. await ListAbandonedAsync(jobId, uploads, cancellationToken),
                ],
            };
            manifest = await sets.CommitAsync(set, change, cancellationToken);
        }

        return new CommittedUploads(
            jobId,
            [.. saved.Select(outcome => outcome.File.Path.Value)],
            [.. uploads.Except(open).Select(upload => upload.Path.Value)],
            [.. outcomes.Where(outcome => outcome.Error is not null).Select(outcome => JobFileFailure.Of(outcome.File.Path, outcome.Error!))],
            manifest);
    }

    /// <summary>
    /// Lists uploads whose URL has expired, which this request does not name: never committed, or sent again after their commit. Their age is by the store's
    /// clock, against the newest upload.
    /// </summary>
    private async Task<IEnumerable<AssetKey>> ListAbandonedAsync(JobId jobId, IReadOnlyList<JobUpload> uploads, CancellationToken cancellationToken)
    {
        var entries = await store.ListAsync(AssetLayout.JobUploadsOf(jobId), cancellationToken).ToListAsync(cancellationToken);
        if (entries.Count == 0)
        {
            return [];
        }

        var expired = entries.Max(entry => entry.LastModified) - s_longestUrl;
        var named = uploads.Select(upload => AssetLayout.JobUpload(jobId, upload.Sha256)).ToHashSet();
        return entries.Where(entry => entry.LastModified < expired && !named.Contains(entry.Key)).Select(entry => entry.Key);
    }

    private async Task<Result<SavedFile>> SaveAsync(CurrentSet set, JobUpload upload, FileProgress progress, CancellationToken cancellationToken)
    {
        var key = AssetLayout.JobUpload(set.JobId, upload.Sha256);
        await using var first = await store.OpenReadAsync(key, null, cancellationToken);
        if (first is null)
        {
            return new Error(ErrorKind.NotFound, "The bytes of the file are not in the store: PUT them to the presigned URL, then commit.");
        }

        var digest = await digester.DigestAsync(first.Content, cancellationToken);
        if (digest.Sha256 != upload.Sha256 || digest.SizeBytes != upload.SizeBytes)
        {
            return new Error(
                ErrorKind.ValidationError, $"{digest.SizeBytes} bytes with SHA-256 {digest.Sha256} were uploaded; {upload.SizeBytes} bytes with "
                + $"{upload.Sha256} were announced. PUT the file again.");
        }

        try
        {
            return await files.SaveAsync(set, new SetFileSource(upload.Path, digest, first.Metadata.LastModified, OpenAsync), cancellationToken);
        }
        catch (InvalidDataException)
        {
            return new Error(ErrorKind.Conflict, "The uploaded bytes were replaced while they were read. PUT the file again, once, then commit.");
        }

        async ValueTask<Stream> OpenAsync(CancellationToken token) => await store.OpenReadAsync(key, null, token) is { } again
            ? progress.Watch(again.Content)
            : throw new InvalidDataException("The uploaded bytes were removed.");
    }
}
