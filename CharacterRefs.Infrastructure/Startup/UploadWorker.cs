using CharacterRefs.Application.References.Uploads;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>Runs the rounds of the upload queue, one second apart, or without a pause while there is more to do.</summary>
internal sealed partial class UploadWorker(UploadRound uploads, RemovalRound removals, TimeProvider clock, ILogger<UploadWorker> logger) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var hasMore = false;
            try
            {
                hasMore = await uploads.RunAsync(stoppingToken) | await removals.RunAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The queue is in the catalog, so the next round continues.
                LogFailed(logger, error);
            }

            if (!hasMore)
            {
                await Task.Delay(s_pause, clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(154, LogLevel.Error, "A round of the upload queue failed; the next one follows")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
