using System.Text.Json.Nodes;
using CharacterRefs.Application.Events;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.Jobs.PersistJobAssets;

/// <summary>Reports a persist: to watchers, in the log, and a complete one by webhook.</summary>
public sealed partial class PersistReport(IWebhookOutbox webhooks, JobActivities activities, TimeProvider clock, ILogger<PersistReport> logger)
{
    /// <summary>The start, as <see cref="EndAsync"/> takes it.</summary>
    internal JobActivity Begin(JobId jobId) => activities.Begin(jobId, JobOperation.Persist);

    /// <summary>
    /// Reports the end. The set is in the store, which shares no transaction with the catalog: a webhook that cannot be recorded fails nothing.
    /// </summary>
    internal async Task EndAsync(PersistedJobAssets result, JobActivity activity, CancellationToken cancellationToken)
    {
        LogFinished(
            logger, result.JobId, activity.ElapsedMilliseconds, result.Uploaded.Count, result.Skipped.Count, result.Failed.Count, result.Ignored.Count);
        if (result.Manifest is not { } manifest || result.Failed.Count > 0)
        {
            return;
        }

        var data = new JsonObject
        {
            ["job_id"] = result.JobId.ToString(),
            ["manifest"] = AssetLayout.JobManifest(result.JobId).Value,
            ["files"] = manifest.Files.Count,
            ["size_bytes"] = manifest.Files.Sum(file => file.SizeBytes),
            ["uploaded"] = result.Uploaded.Count,
            ["skipped"] = result.Skipped.Count,
        };
        try
        {
            await webhooks.EnqueueAsync(new WebhookEvent(WebhookEvent.JobPersisted, clock.GetUtcNow(), data), cancellationToken);
        }
        catch (LocalStorageException error)
        {
            LogNotRecorded(logger, result.JobId, error.ToCause());
        }
    }

    [LoggerMessage(
        87,
        LogLevel.Information,
        "Job {JobId} was persisted in {Milliseconds} ms: {Uploaded} files uploaded, {Skipped} skipped, {Failed} failed, {Ignored} ignored")]
    private static partial void LogFinished(ILogger logger, JobId jobId, long milliseconds, int uploaded, int skipped, int failed, int ignored);

    [LoggerMessage(226, LogLevel.Error, "The webhook for job {JobId} could not be recorded; persist the job again to send it: {Cause}")]
    private static partial void LogNotRecorded(ILogger logger, JobId jobId, string cause);
}
