using CharacterRefs.Application.References.Cache;
using CharacterRefs.Infrastructure.Hosting;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Keeps the local files within <c>LOCAL_CACHE_MAX_BYTES</c> when the store is a bucket. Every few seconds it checks the total size; the disk is listed once at
/// start-up and when the limit is exceeded.
/// </summary>
internal sealed partial class EvictionWorker(
    IReferenceFiles files,
    CacheEviction eviction,
    IStoreReachability reachability,
    StorageSettings settings,
    TimeProvider clock,
    ILogger<EvictionWorker> logger) : Worker
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    // After a round that evicted nothing: uploads and recent use last about as long.
    private static readonly TimeSpan s_longPause = TimeSpan.FromMinutes(1);

    private DateTimeOffset _warnedAt;

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        if (!settings.HasBucket)
        {
            return; // the local file is the only copy
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = s_longPause;
            try
            {
                pause = await CheckAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // Exceeding the limit does no harm yet; the next round retries.
                LogFailed(logger, error.ToCause(), error.ToTrace());
            }

            await Task.Delay(pause, clock, stoppingToken);
        }
    }

    private async Task<TimeSpan> CheckAsync(CancellationToken stoppingToken)
    {
        if (files.TotalBytes is { } known && (known <= settings.LocalCacheMaxBytes || !reachability.IsReachable))
        {
            return s_pause;
        }

        var report = await eviction.RunAsync(stoppingToken);
        var total = files.TotalBytes ?? 0;
        if (report.Evicted > 0)
        {
            LogEvicted(logger, report.Evicted, report.EvictedBytes, total, settings.LocalCacheMaxBytes);
        }

        if (report.Requeued > 0)
        {
            LogRequeued(logger, report.Requeued);
        }

        if (total <= settings.LocalCacheMaxBytes || report.IsCutShort)
        {
            return s_pause;
        }

        if (clock.GetUtcNow() - _warnedAt >= s_longPause)
        {
            _warnedAt = clock.GetUtcNow();
            LogStillOver(logger, total, settings.LocalCacheMaxBytes);
        }

        return report.Evicted > 0 ? s_pause : s_longPause;
    }

    [LoggerMessage(160, LogLevel.Information, "Evicted {Count} local files of {Bytes} bytes; {Total} bytes remain, {Limit} are allowed")]
    private static partial void LogEvicted(ILogger logger, int count, long bytes, long total, long limit);

    [LoggerMessage(161, LogLevel.Error, "Queued the upload of {Count} images again: the store lost or changed their persisted copies; local files were kept")]
    private static partial void LogRequeued(ILogger logger, int count);

    [LoggerMessage(
        162,
        LogLevel.Warning,
        "Local files take {Total} bytes, LOCAL_CACHE_MAX_BYTES allows {Limit}: the rest is not persisted yet or was used within the last minute")]
    private static partial void LogStillOver(ILogger logger, long total, long limit);

    [LoggerMessage(163, LogLevel.Error, "An eviction round failed; the next one follows: {Cause}")]
    private static partial void LogFailed(ILogger logger, string cause, Exception? trace);
}
