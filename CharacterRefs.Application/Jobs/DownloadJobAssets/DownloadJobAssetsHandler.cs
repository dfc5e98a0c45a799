using CharacterRefs.Application.Events;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.DownloadJobAssets;

/// <summary>
/// Restores a job's workspace from its set. Every file is downloaded under a temporary name and validated before it gets its own. Files that are present
/// are skipped, so that a repeated request continues where the last one stopped. Files that are not in the set stay. Images that an earlier system left in
/// the job's folder are adopted first, as when they are listed.
/// </summary>
public sealed partial class DownloadJobAssetsHandler(
    LockedWorkspaces workspaces, SetReader sets, SetTransfers transfers, IAssetStore store, WorkspaceDigests digests, JobActivities activities,
    ILogger<DownloadJobAssetsHandler> logger)
{
    /// <returns>
    /// The outcome, also when files failed; <see cref="ErrorKind.NotFound"/> when the store has no asset of the job, <see cref="ErrorKind.Conflict"/>
    /// while another request changes the job or when its manifest is not valid, <see cref="ErrorKind.StorageUnavailable"/> when no file could be
    /// downloaded, <see cref="ErrorKind.ValidationError"/> on <c>local_base_path</c>.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not list the set.</exception>
    public Task<Result<DownloadedJobAssets>> HandleAsync(DownloadJobAssetsCommand command, CancellationToken cancellationToken) =>
        workspaces.RunAsync(command.JobId, command.LocalBasePath, (workspace, token) => RestoreAsync(command.JobId, workspace, token), cancellationToken);

    private async Task<Result<DownloadedJobAssets>> RestoreAsync(JobId jobId, IJobWorkspace workspace, CancellationToken cancellationToken)
    {
        using var activity = activities.Begin(jobId, JobOperation.Restore);
        if (!(await sets.AdoptAsync(jobId, cancellationToken)).TryGet(out var set, out var error))
        {
            return error;
        }

        var total = set.Files.Sum(file => file.SizeBytes);
        LogStarted(logger, jobId, set.Files.Count, total, set.Manifest is null ? "a listing" : "its manifest");
        var cache = await digests.LoadAsync(workspace, cancellationToken);
        var outcomes = await transfers.TryRunAsync(
            activity,
            set.Files,
            file => file.SizeBytes,
            new WorkspaceRestore(workspace, store, cache).RunAsync,
            at => LogProgress(logger, jobId, at.DoneFiles, at.Files, at.DoneBytes, at.Bytes, at.Percent, at.MegabytesPerSecond),
            cancellationToken);
        await digests.SaveAsync(jobId, cache, cancellationToken);

        var result = new DownloadedJobAssets
        {
            JobId = jobId,
            LocalBasePath = workspace.RelativePath,
            Downloaded = Paths(outcomes.Where(outcome => outcome.Value)),
            Skipped = Paths(outcomes.Where(outcome => outcome is { Value: false, Error: null })),
            Failed = [.. outcomes.Where(outcome => outcome.Error is not null)
                .Select(outcome => JobFileFailure.Of(outcome.File.Path, outcome.Error!))
                .Concat(set.Refused)
                .OrderBy(failure => failure.Path, StringComparer.Ordinal)],
            Ignored = [.. set.Ignored.Concat((set.Manifest?.RefusedFiles ?? []).Select(file => file.Path)).Order(StringComparer.Ordinal)],
            CharacterReferences = Paths(outcomes.Where(outcome => outcome is { Error: null, File.Path.Role: JobAssetRole.CharacterReference })),
        };
        LogFinished(logger, jobId, activity.ElapsedMilliseconds, result.Downloaded.Count, result.Skipped.Count, result.Failed.Count);
        return SetTransfers.FindOutage(outcomes) is { } outage ? outage : result;
    }

    private static IReadOnlyList<string> Paths(IEnumerable<TransferOutcome<SetFile, bool>> outcomes) =>
        [.. outcomes.Select(outcome => outcome.File.Path.Value)];

    [LoggerMessage(70, LogLevel.Information, "Restoring job {JobId} started: {Files} files, {Bytes} bytes, from {Source}")]
    private static partial void LogStarted(ILogger logger, JobId jobId, int files, long bytes, string source);

    [LoggerMessage(
        71,
        LogLevel.Information,
        "Job {JobId}: {Done} of {Files} files restored, {DoneBytes} of {Bytes} bytes, {Percent} %, {Rate:0.0} MB/s")]
    private static partial void LogProgress(ILogger logger, JobId jobId, int done, int files, long doneBytes, long bytes, int percent, double rate);

    [LoggerMessage(
        72,
        LogLevel.Information,
        "Job {JobId} was restored in {Milliseconds} ms: {Downloaded} files downloaded, {Skipped} skipped, {Failed} failed")]
    private static partial void LogFinished(ILogger logger, JobId jobId, long milliseconds, int downloaded, int skipped, int failed);
}
