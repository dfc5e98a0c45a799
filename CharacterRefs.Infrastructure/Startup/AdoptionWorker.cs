using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Infrastructure.Hosting;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Runs beside requests: after start-up it sweeps the temporary files of dead processes and compares local disk and catalog; then it compares the files again
/// every few minutes, because somebody may have added some. Files that running requests may have written are left to them.
/// </summary>
internal sealed partial class AdoptionWorker(
    FileAdoption adoption, IReferenceFiles files, TimeProvider clock, ILogger<AdoptionWorker> logger) : Worker
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(5);

    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        await TryAsync(CompareAllAsync, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(s_pause, clock, stoppingToken);
            await TryAsync(token => adoption.AdoptAsync(clock.GetUtcNow() - LocalFileIntake.Settling, token), stoppingToken);
        }

        async Task CompareAllAsync(CancellationToken token)
        {
            var swept = files.RemoveAbandonedStaging();
            if (swept > 0)
            {
                LogSwept(logger, swept);
            }

            await adoption.RunAsync(_startedAt, token);
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> compareAsync, CancellationToken stoppingToken)
    {
        try
        {
            await compareAsync(stoppingToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Requests are not affected; the next round compares again.
            LogFailed(logger, error.ToCause(), error.ToTrace());
        }
    }

    [LoggerMessage(120, LogLevel.Information, "Removed {Count} temporary files of dead processes")]
    private static partial void LogSwept(ILogger logger, int count);

    [LoggerMessage(121, LogLevel.Error, "Comparison of local disk and catalog failed; the next one follows: {Cause}")]
    private static partial void LogFailed(ILogger logger, string cause, Exception? trace);
}
