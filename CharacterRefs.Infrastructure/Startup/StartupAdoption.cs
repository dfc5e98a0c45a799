using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Adoption;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Runs after start-up, beside requests: sweeps the temporary files of dead processes, then compares local disk and catalog. Only files written before
/// start-up are compared, so that it does not interfere with requests.
/// </summary>
internal sealed partial class StartupAdoption(
    FileAdoption adoption, IReferenceFiles files, TimeProvider clock, ILogger<StartupAdoption> logger) : BackgroundService
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

            await adoption.RunAsync(_startedAt, stoppingToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Requests are not affected; the next start-up compares again.
            LogFailed(logger, error);
        }
    }

    [LoggerMessage(120, LogLevel.Information, "Removed {Count} temporary files of dead processes")]
    private static partial void LogSwept(ILogger logger, int count);

    [LoggerMessage(121, LogLevel.Error, "Comparison of local disk and catalog failed")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
