using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Uploads;

/// <summary>One round of the upload worker: queues images that were added before uploads were on, then attempts every upload that is due.</summary>
public sealed class UploadRound(
    IUploadQueue queue, UploadAttempt attempt, IStoreReachability reachability, StorageSettings settings, TimeProvider clock)
{
    private const int EnqueueBatch = 100;
    private const int UploadBatch = 1_000; // at the end of each batch some workers are idle until its last upload is done
    private const int SharedBatch = 100; // so that the other nodes get some too, and a killed node delays only these
    private static readonly TimeSpan s_claimTime = TimeSpan.FromMinutes(2);

    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private bool _hasRun;

    /// <returns>
    /// When the next upload is due: <see cref="DateTimeOffset.MinValue"/> when a batch was full, so that the next round can follow at once; <c>null</c> when
    /// none is pending or the store is unreachable.
    /// </returns>
    public async Task<DateTimeOffset?> RunAsync(CancellationToken cancellationToken)
    {
        var hasMore = await EnqueueOldAsync(cancellationToken);
        if (!reachability.IsReachable)
        {
            return hasMore ? DateTimeOffset.MinValue : null;
        }

        return await AttemptDueAsync(cancellationToken) | hasMore ? DateTimeOffset.MinValue : await queue.FindNextDueAsync(cancellationToken);
    }

    private async Task<bool> EnqueueOldAsync(CancellationToken cancellationToken)
    {
        if (!settings.IsEveryImageStored)
        {
            return false;
        }

        var old = await queue.ListUnqueuedAsync(EnqueueBatch, cancellationToken);
        foreach (var reference in old)
        {
            await queue.RecordAsync(reference.Id, UploadIntake.Create(reference, clock.GetUtcNow()), cancellationToken);
        }

        return old.Count == EnqueueBatch;
    }

    private async Task<bool> AttemptDueAsync(CancellationToken cancellationToken)
    {
        // The first round includes uploads that a previous process left to its requests; those of this process are due later. Another node may be alive.
        var now = clock.GetUtcNow();
        var dueBefore = _hasRun || settings.StoresFirst ? now : _startedAt + UploadIntake.RequestLead;
        var batch = settings.StoresFirst ? SharedBatch : UploadBatch;
        var due = await queue.ClaimDueAsync(dueBefore, now + s_claimTime, batch, cancellationToken);
        _hasRun = true;
        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = settings.StoreConcurrency, CancellationToken = cancellationToken },
            async (reference, token) => await attempt.RunAsync(reference, token));
        return due.Count == batch;
    }
}
