using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Jobs.VerifyJobAssets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Jobs;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.Jobs.RepairJobAssets;

/// <summary>
/// Stores again what is missing or corrupt in the store, from a workspace that has exactly the bytes that the manifest names. The manifest does not change.
/// </summary>
public sealed partial class RepairJobAssetsHandler(
    IJobsRoot workspaces, SetInspection inspection, SetTransfers transfers, IAssetStore store, IContentDigester digester, JobLocks locks,
    ILogger<RepairJobAssetsHandler> logger)
{
    /// <returns>
    /// What was done, also when files failed; <see cref="ErrorKind.NotFound"/> without a manifest, <see cref="ErrorKind.Conflict"/> when it cannot be
    /// understood or while another request is at work on the job, <see cref="ErrorKind.StorageUnavailable"/> when the store took no file,
    /// <see cref="ErrorKind.ValidationError"/> on <c>local_base_path</c>.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not tell what is wrong.</exception>
    public async Task<Result<RepairedJobAssets>> HandleAsync(RepairJobAssetsCommand command, CancellationToken cancellationToken) =>
        workspaces.Open(command.JobId, command.LocalBasePath).TryGet(out var workspace, out var error)
            ? await locks.RunAsync(command.JobId, token => RepairAsync(command.JobId, workspace, token), cancellationToken)
            : error;

    private async Task<Result<RepairedJobAssets>> RepairAsync(JobId jobId, IJobWorkspace workspace, CancellationToken cancellationToken)
    {
        if (!(await inspection.RunAsync(jobId, VerifyDepth.Hash, cancellationToken)).TryGet(out var findings, out var error))
        {
            return error;
        }

        var broken = findings.Missing.Concat(findings.Corrupt).OrderBy(file => file.Path.Value, StringComparer.Ordinal).ToList();
        var outcomes = await transfers.RunAsync(
            broken,
            async (file, progress, token) => (file.Path, Error: await TryStoreAsync(workspace, file, progress, token)),
            (done, bytes) => LogProgress(logger, jobId, done, broken.Count, bytes),
            cancellationToken);
        var failed = outcomes.Where(outcome => outcome.Error is not null).ToList();
        LogEnded(logger, jobId, findings.Missing.Count, findings.Corrupt.Count, outcomes.Count - failed.Count);
        if (SetTransfers.FindOutage(hasSuccess: failed.Count < outcomes.Count, [.. failed.Select(outcome => outcome.Error!)]) is { } outage)
        {
            return outage;
        }

        return new RepairedJobAssets(
            jobId,
            [.. outcomes.Where(outcome => outcome.Error is null).Select(outcome => outcome.Path.Value)],
            [.. failed.Select(outcome => new JobFileFailure(outcome.Path.Value, outcome.Error!.Kind, outcome.Error.Detail))
                .Concat(findings.Refused.Select(SetReader.RefusedEntry))
                .OrderBy(failure => failure.Path, StringComparer.Ordinal)]);
    }

    private async Task<Error?> TryStoreAsync(IJobWorkspace workspace, SetFile file, FileProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            return await StoreAsync(workspace, file, progress, cancellationToken);
        }
        catch (AssetStoreUnavailableException fault)
        {
            return fault.ToError();
        }
        catch (LocalStorageException error)
        {
            return error.ToError();
        }
        catch (Exception error) when (error is WorkspaceFileChangedException or InvalidDataException)
        {
            return new Error(ErrorKind.Conflict, "The workspace's file changed while it was read.");
        }
    }

    /// <returns>Why not; <c>null</c> when the store has the file again.</returns>
    private async Task<Error?> StoreAsync(IJobWorkspace workspace, SetFile file, FileProgress progress, CancellationToken cancellationToken)
    {
        if (workspace.Find(file.Path) is not { } local)
        {
            return new Error(ErrorKind.NotFound, "The workspace has no such file to repair it from.");
        }

        if (local.SizeBytes != file.SizeBytes || await DigestAsync(workspace, local, cancellationToken) is not { } digest || digest.Sha256 != file.Sha256)
        {
            return new Error(ErrorKind.Conflict, "The workspace's file is not the one that was stored, so nothing was repaired with it. Persisting the job takes it into the set.");
        }

        // Checked by the store as it reads, so that a file which changes now cannot become the one that is to be mended.
        var content = new AssetContent(file.SizeBytes, file.MediaType, digest.Sha256, _ => ValueTask.FromResult(progress.Watch(workspace.OpenRead(local))));
        await store.ReplaceAsync(file.Key, content, cancellationToken);
        return await SetInspection.FindDigestAsync(store, digester, file.Key, progress, cancellationToken) is { } kept && kept.Sha256 == digest.Sha256 ? null : StoreFaults.NotKept;
    }

    private async Task<ContentDigest> DigestAsync(IJobWorkspace workspace, WorkspaceFile local, CancellationToken cancellationToken)
    {
        await using var content = workspace.OpenRead(local);
        return await digester.DigestAsync(content, cancellationToken);
    }

    [LoggerMessage(77, LogLevel.Information, "Job {JobId}: {Done} of {Files} files repaired in the store, {Bytes} bytes")]
    private static partial void LogProgress(ILogger logger, JobId jobId, int done, int files, long bytes);

    [LoggerMessage(78, LogLevel.Information, "Job {JobId}: {Missing} files were missing in the store and {Corrupt} corrupt; {Repaired} were repaired")]
    private static partial void LogEnded(ILogger logger, JobId jobId, int missing, int corrupt, int repaired);
}
