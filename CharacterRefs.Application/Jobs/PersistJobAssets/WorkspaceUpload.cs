using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.Jobs.PersistJobAssets;

/// <summary>
/// One upload of the files of a workspace. A file that changes while it is read is read again. A file with a fault of its own is refused; only a
/// fault of the store is an error.
/// </summary>
internal sealed partial class WorkspaceUpload(
    CurrentSet set, IJobWorkspace workspace, DigestCache digests, SetFileWriter writer, int concurrency, TimeProvider clock, ILogger logger)
{
    private const int MaxAttempts = 3;
    private static readonly TimeSpan s_backoff = TimeSpan.FromMilliseconds(100);

    private AssetStoreUnavailableException? _fault;
    private int _consecutiveFaults;

    /// <summary>The last fault of the store; <c>null</c> without one.</summary>
    public AssetStoreUnavailableException? StoreFault => _fault;

    public async Task<Result<UploadedFile>> RunAsync(WorkspaceFile listed, FileProgress progress, CancellationToken cancellationToken)
    {
        var file = listed;
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                if (await TryAsync(file, attempt == 1 ? digests.Find(file) : null, progress, cancellationToken) is { } result)
                {
                    return result;
                }

                if (attempt == MaxAttempts)
                {
                    return UploadedFile.Refused(
                        new Error(ErrorKind.Conflict, $"The file changed while it was read, on {MaxAttempts} consecutive attempts."));
                }

                await Task.Delay(s_backoff * attempt, clock, cancellationToken);
                if (workspace.Find(listed.Path) is not { } current)
                {
                    return new UploadedFile(IsPresent: false, null);
                }

                LogRetried(logger, listed.Path.Value);
                file = current;
            }
        }
        catch (AssetStoreUnavailableException fault)
        {
            _fault = fault;
            Interlocked.Increment(ref _consecutiveFaults);
            throw;
        }
        catch (IOException)
        {
            return UploadedFile.Refused(new Error(ErrorKind.StorageUnavailable, "The file could not be read to its end."));
        }
        catch (LocalStorageException fault)
        {
            return UploadedFile.Refused(fault.ToError());
        }
    }

    /// <returns><c>null</c> when the file changed.</returns>
    private async Task<Result<UploadedFile>?> TryAsync(
        WorkspaceFile file, ContentDigest? known, FileProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            if ((known ?? await digests.ComputeAsync(file, cancellationToken)) is not { } digest)
            {
                return null;
            }

            var source = new SetFileSource(file.Path, digest, file.ModifiedAt, _ => ValueTask.FromResult(progress.Watch(workspace.OpenRead(file))));
            if (set.Find(file.Path) is { } asset && asset.Sha256 == digest.Sha256)
            {
                var isMended = await writer.MendAsync(asset, source, cancellationToken);
                if (isMended)
                {
                    LogMended(logger, file.Path.Value, set.JobId);
                }

                return new UploadedFile(IsPresent: true, null) { IsMended = isMended };
            }

            if (_fault is { Fault: not AssetStoreFault.Rejected } down && Volatile.Read(ref _consecutiveFaults) >= concurrency)
            {
                return down.ToError(); // the timeout of a store that is down is not repeated for every file
            }

            return await SaveAsync(file, source, cancellationToken);
        }
        catch (Exception error) when (error is WorkspaceFileChangedException or InvalidDataException)
        {
            return null;
        }
    }

    private async Task<Result<UploadedFile>?> SaveAsync(WorkspaceFile file, SetFileSource source, CancellationToken cancellationToken)
    {
        if (!(await writer.SaveAsync(set, source, cancellationToken)).TryGet(out var saved, out var error))
        {
            return error.Kind is ErrorKind.Conflict ? UploadedFile.Refused(error) : error;
        }

        Volatile.Write(ref _consecutiveFaults, 0);
        if (workspace.IsUnchanged(file))
        {
            LogSaved(logger, file.Path.Value, source.Digest.SizeBytes, saved.Outcome);
            return new UploadedFile(IsPresent: true, saved);
        }

        await writer.UndoAsync(set, saved, cancellationToken);
        return null;
    }

    [LoggerMessage(88, LogLevel.Debug, "{Path} was saved in the store, {Bytes} bytes: {Outcome}")]
    private static partial void LogSaved(ILogger logger, string path, long bytes, SaveOutcome outcome);

    [LoggerMessage(93, LogLevel.Warning, "Replaced the damaged bytes of {Path} of job {JobId} in the store by those of its workspace")]
    private static partial void LogMended(ILogger logger, string path, JobId jobId);

    [LoggerMessage(89, LogLevel.Debug, "{Path} changed while it was read; reading was retried")]
    private static partial void LogRetried(ILogger logger, string path);
}
