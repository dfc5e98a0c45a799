using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Assets;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.References.Uploads;

/// <summary>One round of removals: deletes the copies of deleted images from the object store.</summary>
public sealed partial class RemovalRound(
    IUploadQueue queue, IAssetStore store, IStoreReachability reachability, TimeProvider clock, ILogger<RemovalRound> logger)
{
    private const int Batch = 100;
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(30);

    private DateTimeOffset _nextAttemptAt;

    /// <returns>Whether the batch was full, so that the next round can follow at once.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        if (!reachability.IsReachable || clock.GetUtcNow() < _nextAttemptAt)
        {
            return false;
        }

        var removals = await queue.ListRemovalsAsync(Batch, cancellationToken);
        foreach (var removal in removals)
        {
            try
            {
                await RemoveAsync(removal, cancellationToken);
                await queue.CompleteRemovalAsync(removal.Id, cancellationToken);
            }
            catch (AssetStoreUnavailableException error)
            {
                LogFailed(logger, removal.Key, error.Message);
                _nextAttemptAt = clock.GetUtcNow() + s_retryDelay;
                if (error.Fault is not AssetStoreFault.Refused)
                {
                    return false;
                }

                // A refusal concerns this copy only; the others are attempted.
            }
        }

        return removals.Count == Batch;
    }

    private async Task RemoveAsync(PendingRemoval removal, CancellationToken cancellationToken)
    {
        if (removal.Sha256 is { } sha256 && await store.FindAsync(removal.Key, cancellationToken) is { } existing
            && await AssetIdentity.CompareAsync(store, existing, existing.Length, sha256, cancellationToken) is SaveOutcome.Conflict)
        {
            LogForeign(logger, removal.Key);
            return;
        }

        await store.DeleteAsync(removal.Key, cancellationToken);
    }

    [LoggerMessage(158, LogLevel.Warning, "Kept {Key} in the object store: its image was deleted, but the object has other bytes")]
    private static partial void LogForeign(ILogger logger, AssetKey key);

    [LoggerMessage(156, LogLevel.Warning, "Removal of {Key} from the object store failed and is retried: {Cause}")]
    private static partial void LogFailed(ILogger logger, AssetKey key, string cause);
}
