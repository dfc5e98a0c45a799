using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Storage.Assets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>Works off what the catalog orders, across restarts: every image gets into the store, those from before the bucket too, and the copies of deleted
/// images leave it.</summary>
internal sealed partial class UploadWorker(
    IReferenceCatalog catalog,
    IAssetStore store,
    UploadAttempt handler,
    IStoreReachability reachability,
    StorageSettings settings,
    TimeProvider clock,
    ILogger<UploadWorker> logger) : BackgroundService
{
    private const int Batch = 100;
    private const int StoredBatch = 1_000; // at the end of each, some places are idle until the last is done
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_removalPause = TimeSpan.FromSeconds(30);

    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private bool _hasTakenUp;
    private DateTimeOffset _removalDueAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var hasMore = await OrderOldAsync(stoppingToken) | await StoreDueAsync(stoppingToken) | await RemoveDeletedAsync(stoppingToken);
                if (!hasMore)
                {
                    await Task.Delay(s_pause, clock, stoppingToken);
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The orders are in the catalog; a fault of one round must not end the work.
                LogFailed(logger, error);
                await Task.Delay(s_pause, clock, stoppingToken);
            }
        }
    }

    private async Task<bool> OrderOldAsync(CancellationToken cancellationToken)
    {
        if (!settings.IsEveryImageStored)
        {
            return false; // a copy is made only on demand
        }

        var old = await catalog.ListWithoutCopyAsync(Batch, cancellationToken);
        foreach (var reference in old)
        {
            await catalog.RecordCopyAsync(reference.Id, PendingUploads.Order(reference, clock.GetUtcNow()).RemoteCopy!, cancellationToken);
        }

        return old.Count == Batch;
    }

    private async Task<bool> StoreDueAsync(CancellationToken cancellationToken)
    {
        if (!reachability.IsReachable)
        {
            return false;
        }

        // At first those too that were left to requests of a process that is gone; requests of this one have theirs due later than that.
        var due = await catalog.ListDueCopiesAsync(_hasTakenUp ? clock.GetUtcNow() : _startedAt + PendingUploads.FirstTry, StoredBatch, cancellationToken);
        _hasTakenUp = true;
        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = settings.StoreConcurrency, CancellationToken = cancellationToken },
            async (reference, token) => await handler.HandleAsync(reference, token));
        return due.Count == StoredBatch;
    }

    private async Task<bool> RemoveDeletedAsync(CancellationToken cancellationToken)
    {
        if (!reachability.IsReachable || clock.GetUtcNow() < _removalDueAt)
        {
            return false;
        }

        var deleted = await catalog.ListDeletedCopiesAsync(Batch, cancellationToken);
        foreach (var copy in deleted)
        {
            try
            {
                await RemoveAsync(copy, cancellationToken);
                await catalog.RecordCopyRemovedAsync(copy.Id, cancellationToken);
            }
            catch (AssetStoreUnavailableException error)
            {
                LogNotRemoved(logger, copy.Key, error.Message);
                _removalDueAt = clock.GetUtcNow() + s_removalPause;
                if (error.Fault is not AssetStoreFault.Refused)
                {
                    return false;
                }

                // One copy that the store keeps must not keep the others there.
            }
        }

        return deleted.Count == Batch;
    }

    /// <summary>Removes the copy, and not what somebody else put under its key.</summary>
    private async Task RemoveAsync(PendingRemoval copy, CancellationToken cancellationToken)
    {
        if (copy.Sha256 is { } sha256 && await store.FindAsync(copy.Key, cancellationToken) is { } existing
            && await AssetIdentity.CompareAsync(store, existing, existing.Length, sha256, cancellationToken) is SaveOutcome.Conflict)
        {
            LogForeign(logger, copy.Key);
            return;
        }

        await store.DeleteAsync(copy.Key, cancellationToken);
    }

    [LoggerMessage(158, LogLevel.Warning, "The image of {Key} was deleted; other bytes than its own stand under that key in the store and are left alone")]
    private static partial void LogForeign(ILogger logger, AssetKey key);

    [LoggerMessage(156, LogLevel.Warning, "The image of {Key} was deleted, and its copy in the store could not be removed; it is tried again. {Error}")]
    private static partial void LogNotRemoved(ILogger logger, AssetKey key, string error);

    [LoggerMessage(154, LogLevel.Error, "A round of storing images failed; the next follows")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
