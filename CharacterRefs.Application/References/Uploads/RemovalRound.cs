using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.References.Uploads;

/// <summary>
/// One round of removals: deletes the copies of deleted images from the object store. Where nodes share the catalog, one of them that reaches the store does
/// it. A round may outlast its duty: removing a copy twice, and recording it twice, changes nothing.
/// </summary>
public sealed partial class RemovalRound(
    IUploadQueue queue, IAssetStore store, IStoreReachability reachability, ICatalogNode node, TimeProvider clock, ILogger<RemovalRound> logger)
{
    private const int Batch = 100;
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(30);

    private DateTimeOffset? _nextAttemptAt;

    /// <returns>
    /// When the next removal is due: <see cref="DateTimeOffset.MinValue"/> when the batch was full, so that the next round can follow at once; <c>null</c> when
    /// none failed or the store is unreachable.
    /// </returns>
    public async Task<DateTimeOffset?> RunAsync(CancellationToken cancellationToken)
    {
        if (!reachability.IsReachable)
        {
            await node.GiveUpAsync(NodeDuty.Removals, cancellationToken);
            return null;
        }

        if (clock.GetUtcNow() < _nextAttemptAt)
        {
            return _nextAttemptAt;
        }

        _nextAttemptAt = null;
        if (!await node.TryTakeAsync(NodeDuty.Removals, cancellationToken))
        {
            return null;
        }

        var removals = await queue.ListRemovalsAsync(Batch, cancellationToken);
        foreach (var removal in removals)
        {
            try
            {
                await RemoveAsync(removal, cancellationToken);
                await queue.CompleteRemovalAsync(removal, cancellationToken);
            }
            catch (AssetStoreUnavailableException error)
            {
                LogFailed(logger, removal.Key, error.Message);
                _nextAttemptAt = clock.GetUtcNow() + s_retryDelay;
                if (error.Fault is not AssetStoreFault.Rejected)
                {
                    await node.GiveUpAsync(NodeDuty.Removals, cancellationToken); // another node may reach it
                    return _nextAttemptAt;
                }

                // A rejection concerns this copy only; the others are attempted.
            }
        }

        return _nextAttemptAt ?? (removals.Count == Batch ? DateTimeOffset.MinValue : null);
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
        foreach (var derivative in Derivative.All)
        {
            await store.DeleteAsync(AssetLayout.Derivative(removal.Id, derivative), cancellationToken);
        }
    }

    [LoggerMessage(158, LogLevel.Warning, "Kept {Key} in the object store: its image was deleted, but the object has other bytes")]
    private static partial void LogForeign(ILogger logger, AssetKey key);

    [LoggerMessage(156, LogLevel.Warning, "Removal of {Key} from the object store failed and is retried: {Cause}")]
    private static partial void LogFailed(ILogger logger, AssetKey key, string cause);
}
