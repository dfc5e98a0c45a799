using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Runs the rounds of the upload queue: without a pause while there is more to do, otherwise when the catalog was written, an upload or removal is due, or the
/// store became reachable, at least one second apart. A round each minute finds what another process queued.
/// </summary>
internal sealed partial class UploadWorker(
    UploadRound uploads, RemovalRound removals, IStoreReachability reachability, CatalogDatabase catalog, TimeProvider clock, ILogger<UploadWorker> logger)
    : Worker
{
    // A round without work costs two queries: each second, that was 2 to 6 % of a core.
    private const int PausesPerSweep = 60;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var (writes, isReachable) = (catalog.Writes, reachability.IsReachable);
            var nextAt = await RunAsync(stoppingToken);
            if (nextAt == DateTimeOffset.MinValue)
            {
                continue;
            }

            for (var pauses = 0; pauses < PausesPerSweep; pauses++)
            {
                // Checked in memory each second, because the time of day can jump.
                await Task.Delay(s_pause, clock, stoppingToken);
                if (catalog.Writes != writes || reachability.IsReachable != isReachable || clock.GetUtcNow() >= nextAt)
                {
                    break;
                }
            }
        }
    }

    /// <returns>When the next round has work, as far as is known.</returns>
    private async Task<DateTimeOffset?> RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            var (uploadAt, removalAt) = (await uploads.RunAsync(stoppingToken), await removals.RunAsync(stoppingToken));
            return uploadAt < removalAt ? uploadAt : removalAt ?? uploadAt;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The queue is in the catalog, so the next round continues.
            LogFailed(logger, error);
            return clock.GetUtcNow();
        }
    }

    [LoggerMessage(154, LogLevel.Error, "A round of the upload queue failed; the next one follows")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
