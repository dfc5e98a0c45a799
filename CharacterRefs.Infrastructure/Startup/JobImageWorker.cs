using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Infrastructure.Hosting;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>
/// Once after each start, adopts the images that an earlier system put into jobs, so that they are found by id before anything touches their job. While the
/// store does not respond it waits. Where nodes share the catalog, one of them does it; the others wait, and do it when that one is gone.
/// </summary>
internal sealed partial class JobImageWorker(
    JobImageSearch search, IStoreReachability reachability, ICatalogNode node, TimeProvider clock, ILogger<JobImageWorker> logger) : Worker
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

    /// <returns>Whether this node searched every job.</returns>
    private async Task<bool> TrySearchAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (!await node.TryTakeAsync(NodeDuty.JobImages, stoppingToken))
            {
                return false;
            }

            try
            {
                await search.RunAsync(stoppingToken);
                return true;
            }
            catch (AssetStoreUnavailableException)
            {
                await node.GiveUpAsync(NodeDuty.JobImages, stoppingToken); // another node may reach it
                throw;
            }
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
