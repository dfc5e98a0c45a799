using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.Storage;
using CharacterRefs.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Once after each start, adopts the images that an earlier system put into jobs, so that they are found by id before anything touches their job. While the
/// store does not respond it waits.
/// </summary>
internal sealed partial class JobImageWorker(
    JobImageSearch search, IStoreReachability reachability, TimeProvider clock, ILogger<JobImageWorker> logger) : Worker
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        while (!await TrySearchAsync(stoppingToken))
        {
            do
            {
                await Task.Delay(s_pause, clock, stoppingToken);
            }
            while (!reachability.IsReachable);
        }
    }

    /// <returns>Whether every job was searched.</returns>
    private async Task<bool> TrySearchAsync(CancellationToken stoppingToken)
    {
        try
        {
            await search.RunAsync(stoppingToken);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Requests are not affected; the next search begins again.
            LogFailed(logger, error.ToCause(), error.ToTrace());
            return false;
        }
    }

    [LoggerMessage(123, LogLevel.Warning, "Images of an earlier system in jobs were not all searched for; the search is retried: {Cause}")]
    private static partial void LogFailed(ILogger logger, string cause, Exception? trace);
}
