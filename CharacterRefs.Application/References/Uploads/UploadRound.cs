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

    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private bool _hasRun;

    /// <returns>Whether a batch was full, so that the next round can follow at once.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken) =>
        await EnqueueOldAsync(cancellationToken) | await AttemptDueAsync(cancellationToken);

    private async Task<bool> EnqueueOldAsync(CancellationToken cancellationToken)
    {
        if (!settings.IsEveryImageStored)
        {
            return false;
        }

        var old = await queue.ListUnqueuedAsync(EnqueueBatch, cancellationToken);
        foreach (var reference in old)
        {
            await queue.RecordAsync(reference.Id, PendingUploads.Create(reference, clock.GetUtcNow()), cancellationToken);
        }

        return old.Count == EnqueueBatch;
    }

    private async Task<bool> AttemptDueAsync(CancellationToken cancellationToken)
    {
        if (!reachability.IsReachable)
        {
            return false;
        }

        // The first round includes uploads that a previous process left to its requests; those of this process are due later.
        var dueBefore = _hasRun ? clock.GetUtcNow() : _startedAt + PendingUploads.RequestLead;
        var due = await queue.ListDueAsync(dueBefore, UploadBatch, cancellationToken);
        _hasRun = true;
        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = settings.StoreConcurrency, CancellationToken = cancellationToken },
            async (reference, token) => await attempt.RunAsync(reference, token));
        return due.Count == UploadBatch;
    }
}
