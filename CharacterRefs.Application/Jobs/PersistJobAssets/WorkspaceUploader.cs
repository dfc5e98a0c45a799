using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;

namespace CharacterRefs.Application.Jobs.PersistJobAssets;

/// <summary>Saves the files of a workspace in the store, several at once.</summary>
public sealed partial class WorkspaceUploader(SetFileWriter writer, SetTransfers transfers, TimeProvider clock, ILogger<WorkspaceUploader> logger)
{
    /// <returns>The outcome of each file, and the last fault of the store; <c>null</c> without one.</returns>
    internal async Task<(IReadOnlyList<TransferOutcome<WorkspaceFile, UploadedFile>> Outcomes, AssetStoreUnavailableException? StoreFault)> RunAsync(
        JobActivity activity,
        CurrentSet set,
        IJobWorkspace workspace,
        DigestCache digests,
        IReadOnlyList<WorkspaceFile> files,
        CancellationToken cancellationToken)
    {
        var total = files.Sum(file => file.SizeBytes);
        LogStarted(logger, set.JobId, files.Count, total);
        var upload = new WorkspaceUpload(set, workspace, digests, writer, transfers.Concurrency, clock, logger);
        var outcomes = await transfers.TryRunAsync(
            activity,
            files,
            file => file.SizeBytes,
            upload.RunAsync,
            at => LogProgress(logger, set.JobId, at.DoneFiles, at.Files, at.DoneBytes, at.Bytes, at.Percent, at.MegabytesPerSecond),
            cancellationToken);
        return (outcomes, upload.StoreFault);
    }

    [LoggerMessage(85, LogLevel.Information, "Persisting job {JobId} started: {Files} files, {Bytes} bytes")]
    private static partial void LogStarted(ILogger logger, JobId jobId, int files, long bytes);

    [LoggerMessage(
        86,
        LogLevel.Information,
        "Job {JobId}: {Done} of {Files} files persisted, {DoneBytes} of {Bytes} bytes, {Percent} %, {Rate:0.0} MB/s")]
    private static partial void LogProgress(ILogger logger, JobId jobId, int done, int files, long doneBytes, long bytes, int percent, double rate);
}
