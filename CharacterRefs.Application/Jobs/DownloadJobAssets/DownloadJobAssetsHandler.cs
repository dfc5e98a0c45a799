using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.Jobs.DownloadJobAssets;

/// <summary>
/// Rebuilds a job's workspace from its set. Every file is complete under a temporary name and compared with what was stored before it gets its own; what is
/// there already is left as it is, so that doing it again goes on where it ended. Files that are not in the set stay.
/// </summary>
public sealed partial class DownloadJobAssetsHandler(
    IJobsRoot workspaces, SetReader sets, SetTransfers transfers, IAssetStore store, IDigestMemory memory, IContentDigester digester, JobLocks locks,
    TimeProvider clock, ILogger<DownloadJobAssetsHandler> logger)
{
    /// <returns>
    /// What was done, also when files failed; <see cref="ErrorKind.NotFound"/> when the store has no asset of the job, <see cref="ErrorKind.Conflict"/>
    /// while another request is at work on the job or when its manifest cannot be understood, <see cref="ErrorKind.StorageUnavailable"/> when not a single
    /// file could be fetched, <see cref="ErrorKind.ValidationError"/> on <c>local_base_path</c>.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not tell what the set consists of.</exception>
    public async Task<Result<DownloadedJobAssets>> HandleAsync(DownloadJobAssetsCommand command, CancellationToken cancellationToken) =>
        workspaces.Open(command.JobId, command.LocalBasePath).TryGet(out var workspace, out var error)
            ? await locks.RunAsync(command.JobId, token => RestoreAsync(command.JobId, workspace, token), cancellationToken)
            : error;

    private async Task<Result<DownloadedJobAssets>> RestoreAsync(JobId jobId, IJobWorkspace workspace, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        if (!(await sets.FindAsync(jobId, cancellationToken)).TryGet(out var set, out var error))
        {
            return error;
        }

        var total = set.Files.Sum(file => file.SizeBytes);
        LogBegun(logger, jobId, set.Files.Count, total, set.Manifest is null ? "a listing" : "its manifest");
        var restore = new WorkspaceRestore(workspace, store, digester, await memory.RecallAsync(workspace.Name, cancellationToken));
        var outcomes = await transfers.RunAsync(
            set.Files, restore.RunAsync, (done, bytes) => LogProgress(logger, jobId, done, set.Files.Count, bytes, total), cancellationToken);
        await RememberAsync(jobId, workspace, outcomes, cancellationToken);

        var failed = outcomes.Where(outcome => outcome.Error is not null).ToList();
        var milliseconds = (long)clock.GetElapsedTime(began).TotalMilliseconds;
        var fetched = outcomes.Count(outcome => outcome.IsFetched);
        LogEnded(logger, jobId, fetched, outcomes.Count - fetched - failed.Count, failed.Count + set.Refused.Count, milliseconds);
        if (SetTransfers.FindOutage(hasSuccess: failed.Count < outcomes.Count, [.. failed.Select(outcome => outcome.Error!)]) is { } outage)
        {
            return outage;
        }

        return new DownloadedJobAssets
        {
            JobId = jobId,
            LocalBasePath = workspace.RelativePath,
            Downloaded = Paths(outcomes.Where(outcome => outcome.IsFetched)),
            Skipped = Paths(outcomes.Where(outcome => outcome is { IsFetched: false, Error: null })),
            Failed = [.. failed.Select(outcome => new JobFileFailure(outcome.Path.Value, outcome.Error!.Kind, outcome.Error.Detail))
                .Concat(set.Refused)
                .OrderBy(failure => failure.Path, StringComparer.Ordinal)],
            CharacterReferences = Paths(outcomes.Where(outcome => outcome is { Error: null, Path.Role: JobAssetRole.CharacterReference })),
        };
    }

    private async Task RememberAsync(JobId jobId, IJobWorkspace workspace, IReadOnlyList<RestoreOutcome> outcomes, CancellationToken cancellationToken)
    {
        var learnt = outcomes.Select(outcome => outcome.Learnt).OfType<RememberedDigest>().ToList();
        try
        {
            if (learnt.Count > 0)
            {
                await memory.RememberAsync(workspace.Name, learnt, cancellationToken);
            }
        }
        catch (LocalStorageException error)
        {
            LogNotRemembered(logger, jobId, error);
        }
    }

    private static IReadOnlyList<string> Paths(IEnumerable<RestoreOutcome> outcomes) => [.. outcomes.Select(outcome => outcome.Path.Value)];

    [LoggerMessage(70, LogLevel.Information, "Job {JobId}: restoring {Files} files, {Bytes} bytes, by {Source}")]
    private static partial void LogBegun(ILogger logger, JobId jobId, int files, long bytes, string source);

    [LoggerMessage(71, LogLevel.Information, "Job {JobId}: {Done} of {Files} files restored, {DoneBytes} of {Bytes} bytes")]
    private static partial void LogProgress(ILogger logger, JobId jobId, int done, int files, long doneBytes, long bytes);

    [LoggerMessage(72, LogLevel.Information, "Job {JobId}: {Downloaded} files restored, {Skipped} there already, {Failed} failed, after {Milliseconds} ms")]
    private static partial void LogEnded(ILogger logger, JobId jobId, int downloaded, int skipped, int failed, long milliseconds);

    [LoggerMessage(73, LogLevel.Warning, "The hashes of job {JobId} could not be remembered; its files are read again next time")]
    private static partial void LogNotRemembered(ILogger logger, JobId jobId, Exception exception);
}
