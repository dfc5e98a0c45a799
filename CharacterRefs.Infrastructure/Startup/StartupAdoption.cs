using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Adoption;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// After a start, beside serving: sweeps the temporary files of dead processes, then brings disk and catalog together. Only what was written before the
/// start is looked at, so requests of this process are never in the way.
/// </summary>
internal sealed partial class StartupAdoption(
    FileAdoption handler, IReferenceFiles files, TimeProvider clock, ILogger<StartupAdoption> logger) : BackgroundService
{
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            var swept = files.RemoveAbandonedStaging();
            if (swept > 0)
            {
                LogSwept(logger, swept);
            }

            await handler.HandleAsync(_startedAt, stoppingToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Serving goes on: what could not be compared now is compared at the next start.
            LogFailed(logger, error);
        }
    }

    [LoggerMessage(120, LogLevel.Information, "Removed {Count} temporary files of processes that are gone")]
    private static partial void LogSwept(ILogger logger, int count);

    [LoggerMessage(121, LogLevel.Error, "Disk and catalog could not be compared")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
