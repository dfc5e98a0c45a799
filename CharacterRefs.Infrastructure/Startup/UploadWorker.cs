using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Hosting;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Runs the rounds of the upload queue: without a pause while there is more to do, otherwise when the catalog was written, an upload or removal is due, or the
/// store became reachable, or another node released uploads, at least one second apart. A round each minute finds what another process queued.
/// </summary>
internal sealed partial class UploadWorker(
    UploadRound uploads,
    RemovalRound removals,
    IStoreReachability reachability,
    CatalogDatabase catalog,
    UploadSignal signal,
    TimeProvider clock,
    ILogger<UploadWorker> logger) : Worker
{
    // A round without work costs two queries: each second, that was 2 to 6 % of a core.
    private const int PausesPerSweep = 60;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    // Of the last round; null when it did not fail. The rounds of an outage follow each other each second.
    private string? _cause;

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var (writes, isReachable, givenBack) = (catalog.Writes, reachability.IsReachable, signal.Next);
            var nextAt = await RunAsync(stoppingToken);
            if (nextAt == DateTimeOffset.MinValue)
            {
                continue;
            }

            for (var pauses = 0; pauses < PausesPerSweep; pauses++)
            {
                // Checked in memory each second, because the time of day can jump.
                await Task.Delay(s_pause, clock, stoppingToken);
                if (givenBack.IsCompleted || catalog.Writes != writes || reachability.IsReachable != isReachable || clock.GetUtcNow() >= nextAt)
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
            _cause = null;
            return uploadAt < removalAt ? uploadAt : removalAt ?? uploadAt;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The queue is in the catalog, so the next round continues.
            if (error.ToCause() != _cause)
            {
                _cause = error.ToCause();
                LogFailed(logger, _cause, error.ToTrace());
            }

            return clock.GetUtcNow();
        }
    }

    [LoggerMessage(154, LogLevel.Error, "A round of the upload queue failed; the next ones follow each second: {Cause}")]
    private static partial void LogFailed(ILogger logger, string cause, Exception? trace);
}
