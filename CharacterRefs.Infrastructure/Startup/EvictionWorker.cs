using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Cache;
using CharacterRefs.Application.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Keeps the local files within their limit, beside a bucket. Every few seconds it looks at a number; the disk is looked through once at the start and
/// when the number is too high.
/// </summary>
internal sealed partial class EvictionWorker(
    IReferenceFiles files, CacheEviction handler, IStoreReachability reachability, StorageSettings settings, TimeProvider clock, ILogger<EvictionWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    // After a round in vain: what stood in its way, uploads and recent use, takes about as long.
    private static readonly TimeSpan s_longPause = TimeSpan.FromMinutes(1);

    private DateTimeOffset _saidAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (!settings.HasBucket)
        {
            return; // the file is the image
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = s_longPause;
            try
            {
                pause = await LookAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // Too many files are no harm yet; a fault of one round must not end the work.
                LogFailed(logger, error);
            }

            await Task.Delay(pause, clock, stoppingToken);
        }
    }

    private async Task<TimeSpan> LookAsync(CancellationToken stoppingToken)
    {
        if (files.TotalBytes is { } known && (known <= settings.LocalCacheMaxBytes || !reachability.IsReachable))
        {
            return s_pause;
        }

        var report = await handler.HandleAsync(stoppingToken);
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

        if (clock.GetUtcNow() - _saidAt >= s_longPause)
        {
            _saidAt = clock.GetUtcNow();
            LogStillOver(logger, total, settings.LocalCacheMaxBytes);
        }

        return report.Evicted > 0 ? s_pause : s_longPause;
    }

    [LoggerMessage(160, LogLevel.Information, "Evicted {Count} local copies of {Bytes} bytes; {Total} bytes are left, {Limit} allowed")]
    private static partial void LogEvicted(ILogger logger, int count, long bytes, long total, long limit);

    [LoggerMessage(161, LogLevel.Error, "{Count} images that were verified in the store are not there as they were; their local copies were kept and are stored again")]
    private static partial void LogRequeued(ILogger logger, int count);

    [LoggerMessage(162, LogLevel.Warning, "Local copies take {Total} bytes, LOCAL_CACHE_MAX_BYTES allows {Limit}: what is left is not verified in the store yet or was used within the last minute")]
    private static partial void LogStillOver(ILogger logger, long total, long limit);

    [LoggerMessage(163, LogLevel.Error, "A round of making room on local disk failed; another follows")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
