using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Jobs;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>What the log says while a workspace is stored.</summary>
internal static partial class JobSetLog
{
    [LoggerMessage(85, LogLevel.Information, "Job {JobId}: storing {Files} files of its workspace, {Bytes} bytes")]
    public static partial void Begun(ILogger logger, JobId jobId, int files, long bytes);

    [LoggerMessage(86, LogLevel.Information, "Job {JobId}: {Done} of {Files} files done, {DoneBytes} of {Bytes} bytes")]
    public static partial void Progress(ILogger logger, JobId jobId, int done, int files, long doneBytes, long bytes);

    [LoggerMessage(87, LogLevel.Information, "Job {JobId}: {Uploaded} files stored, {Skipped} as they were, {Failed} failed, {Ignored} ignored, after {Milliseconds} ms")]
    public static partial void Ended(ILogger logger, JobId jobId, int uploaded, int skipped, int failed, int ignored, long milliseconds);

    [LoggerMessage(88, LogLevel.Debug, "{Path} is in the store, {Bytes} bytes: {Outcome}")]
    public static partial void Saved(ILogger logger, string path, long bytes, SaveOutcome outcome);

    [LoggerMessage(89, LogLevel.Debug, "{Path} changed while it was read and is read again")]
    public static partial void Retried(ILogger logger, string path);

    [LoggerMessage(90, LogLevel.Warning, "The hashes of job {JobId} could not be remembered; its files are read again next time")]
    public static partial void NotRemembered(ILogger logger, JobId jobId, Exception exception);
}
