using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Application.Ports.Catalog;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Resumes the generations that an earlier process left open, at the start and by a sweep every minute, which also finds those that a fault stopped. At
/// the stop it waits for images that are being stored.
/// </summary>
internal sealed partial class GenerationWorker(
    IGenerationLedger ledger, GenerationRunner runner, ServiceStop stop, TimeProvider clock, ILogger<GenerationWorker> logger) : BackgroundService
{
    private static readonly TimeSpan s_sweepPause = TimeSpan.FromMinutes(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        stop.CutGenerations = await runner.StopAsync(cancellationToken);
        if (stop.CutGenerations > 0)
        {
            LogCut(logger, stop.CutGenerations);
        }

        await base.StopAsync(CancellationToken.None);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var generation in await ledger.ListOpenAsync(stoppingToken))
                {
                    runner.Start(generation);
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The rows are there for the next sweep.
                LogFailed(logger, error);
            }

            await Task.Delay(s_sweepPause, clock, stoppingToken);
        }
    }

    [LoggerMessage(112, LogLevel.Error, "Open generations could not be read; the next sweep reads them again")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(113, LogLevel.Error, "The stop interrupted {Count} generations; the next start resumes them")]
    private static partial void LogCut(ILogger logger, int count);
}
