using CharacterRefs.Application.Events;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Jobs.VerifyJobAssets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.Jobs.RepairJobAssets;

/// <summary>
/// Restores files that are missing or corrupt in the store from a workspace that has exactly the bytes of the manifest. The manifest does not change.
/// </summary>
public sealed partial class RepairJobAssetsHandler(
    LockedWorkspaces workspaces, SetInspection inspection, SetTransfers transfers, IAssetStore store, IContentDigester digester,
    JobActivities activities, ILogger<RepairJobAssetsHandler> logger)
{
    /// <returns>
    /// The outcome, also when files failed; <see cref="ErrorKind.NotFound"/> without a manifest, <see cref="ErrorKind.Conflict"/> when it is not valid or
    /// while another request changes the job, <see cref="ErrorKind.StorageUnavailable"/> when no file could be repaired,
    /// <see cref="ErrorKind.ValidationError"/> on <c>local_base_path</c>.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not list or return its files.</exception>
    public Task<Result<RepairedJobAssets>> HandleAsync(RepairJobAssetsCommand command, CancellationToken cancellationToken) =>
        workspaces.RunAsync(command.JobId, command.LocalBasePath, (workspace, token) => RepairAsync(command.JobId, workspace, token), cancellationToken);

    private async Task<Result<RepairedJobAssets>> RepairAsync(JobId jobId, IJobWorkspace workspace, CancellationToken cancellationToken)
    {
        using var activity = activities.Begin(jobId, JobOperation.Repair);
        if (!(await inspection.RunAsync(activity, VerifyDepth.Hash, cancellationToken)).TryGet(out var findings, out var error))
        {
            return error;
        }

        var broken = findings.Missing.Concat(findings.Corrupt).OrderBy(file => file.Path.Value, StringComparer.Ordinal).ToList();
        var outcomes = await transfers.TryRunAsync(
            activity,
            broken,
            file => file.SizeBytes,
            (file, progress, token) => RestoreAsync(workspace, file, progress, token),
            at => LogProgress(logger, jobId, at.DoneFiles, at.Files, at.DoneBytes, at.Bytes, at.Percent, at.MegabytesPerSecond),
            cancellationToken);
        var failed = outcomes.Where(outcome => outcome.Error is not null).ToList();
        LogFinished(logger, jobId, outcomes.Count - failed.Count, findings.Missing.Count, findings.Corrupt.Count);
        if (SetTransfers.FindOutage(outcomes) is { } outage)
        {
            return outage;
        }

        return new RepairedJobAssets(
            jobId,
            [.. outcomes.Where(outcome => outcome.Error is null).Select(outcome => outcome.File.Path.Value)],
            [.. failed.Select(outcome => JobFileFailure.Of(outcome.File.Path, outcome.Error!))
                .Concat(findings.Refused.Select(SetReader.RefusedEntry))
                .OrderBy(failure => failure.Path, StringComparer.Ordinal)]);
    }

    private async Task<Result<bool>> RestoreAsync(IJobWorkspace workspace, SetFile file, FileProgress progress, CancellationToken cancellationToken)
    {
        if (workspace.Find(file.Path) is not { } local)
        {
            return new Error(ErrorKind.NotFound, "The workspace does not have the file.");
        }

        try
        {
            if (local.SizeBytes != file.SizeBytes || await DigestAsync(workspace, local, cancellationToken) is not { } digest || digest.Sha256 != file.Sha256)
            {
                return new Error(
                    ErrorKind.Conflict, "The workspace's file does not match the manifest, so it was not used. Persist the job to add it to the set.");
            }

            // The store validates the hash as it reads, so that a file which changes meanwhile is not accepted.
            var content = new AssetContent(
                file.SizeBytes, file.MediaType, digest.Sha256, _ => ValueTask.FromResult(progress.Watch(workspace.OpenRead(local))));
            await store.ReplaceAsync(file.Key, content, cancellationToken);
            var stored = await SetInspection.FindDigestAsync(store, digester, file.Key, progress, cancellationToken);
            return stored?.Sha256 == digest.Sha256 ? true : StoreFaults.NotKept;
        }
        catch (Exception error) when (error is WorkspaceFileChangedException or InvalidDataException)
        {
            return new Error(ErrorKind.Conflict, "The workspace's file changed while it was read.");
        }
    }

    private async Task<ContentDigest> DigestAsync(IJobWorkspace workspace, WorkspaceFile local, CancellationToken cancellationToken)
    {
        await using var content = workspace.OpenRead(local);
        return await digester.DigestAsync(content, cancellationToken);
    }

    [LoggerMessage(
        77,
        LogLevel.Information,
        "Job {JobId}: {Done} of {Files} files repaired in the store, {DoneBytes} of {Bytes} bytes, {Percent} %, {Rate:0.0} MB/s")]
    private static partial void LogProgress(ILogger logger, JobId jobId, int done, int files, long doneBytes, long bytes, int percent, double rate);

    [LoggerMessage(78, LogLevel.Information, "Job {JobId} was repaired: {Repaired} files repaired of {Missing} missing and {Corrupt} corrupt")]
    private static partial void LogFinished(ILogger logger, JobId jobId, int repaired, int missing, int corrupt);
}
