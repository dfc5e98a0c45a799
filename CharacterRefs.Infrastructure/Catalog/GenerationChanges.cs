using System.Collections.Concurrent;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>
/// Changes slots of generations, with revision, status and webhook. Changes that meet while another write runs share one transaction, because flushing it to
/// disk costs more than the rest, and the slots of a generation move together.
/// </summary>
internal sealed class GenerationChanges(
    CatalogDatabase database, WebhookSettings webhooks, WebhookSignal signal, GenerationMeter meter, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private List<Change> _queue = [];
    private TaskCompletionSource _isDue = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // As the last write of this process left them; empty when other processes write too. Changed by writes only, of which one runs at a time. A row that
    // another process changed nevertheless has another revision: the write is a conflict and is repeated with what is recorded.
    private readonly ConcurrentDictionary<Guid, (GenerationRow Row, int OpenSlots)> _open = new();

    /// <summary>How long a change that is gathered waits for others.</summary>
    public TimeSpan Gathering { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long the last change of a slot waits for those of the other slots.</summary>
    public TimeSpan LastGathering { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Keeps the row of an open generation, as it is recorded, for its next change. To be called within the write.</summary>
    public void Keep(GenerationRow row)
    {
        var openSlots = row.Slots.Count(slot => CatalogRows.ToSlot(slot).IsOpen);
        if (database.IsOwnedByThisProcess && openSlots > 0)
        {
            _open[row.Id] = (row, openSlots);
        }
    }

    /// <summary>Makes a change, together with those that wait.</summary>
    /// <param name="locks">What the change reads and writes: names from <see cref="CatalogLock"/>.</param>
    /// <param name="apply">Changes the slots; <c>false</c> when there is nothing to change. It runs again when another change of the transaction fails.</param>
    /// <param name="haste">When it is written, and when flushed.</param>
    /// <param name="cancellationToken">Stops before the change waits.</param>
    /// <returns>The generation as recorded; <c>null</c> when there is none, or nothing was changed.</returns>
    public async Task<Generation?> ApplyAsync(
        GenerationId id,
        IReadOnlyCollection<string> locks,
        Func<CatalogDbContext, List<GenerationSlotRow>, bool> apply,
        ChangeHaste haste,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var change = new Change(id, locks, apply, haste);
        lock (_lock)
        {
            _queue.Add(change);
            if (_queue.Count == 1)
            {
                // Not awaited: others of the transaction may wait for the disk longer than this one.
                _ = WriteQueuedAsync(_isDue.Task);
            }

            _ = EndGatheringAsync(_isDue, LongestWait(change));
        }

        return await change.Done.Task;
    }

    /// <summary>The first change of a queue waits until one is due, and for the catalog. It takes those with it that came in the meantime.</summary>
    private async Task WriteQueuedAsync(Task isDue)
    {
        // SQLite works on the calling thread; that of the other slots comes first, so that all of them share the first transaction too.
        await Task.Yield();
        await isDue;
        List<Change> changes = [];
        try
        {
            // A write that is repeated has the same changes.
            await WriteAsync(() => changes = changes.Count > 0 ? changes : TakeQueued());
        }
        catch (Exception error)
        {
            changes = changes.Count > 0 ? changes : TakeQueued();

            // A commit that failed may be done: a change that runs again would find its own work and take it for somebody else's.
            if (changes.Count == 1 || changes[0].IsCommitting)
            {
                changes.ForEach(change => change.Done.TrySetException(error));
                return;
            }

            // The fault of one must not cost the others.
            foreach (var change in changes)
            {
                await WriteAloneAsync(change);
            }
        }
    }

    private static async Task EndGatheringAsync(TaskCompletionSource isDue, TimeSpan after)
    {
        await Task.Delay(after);
        isDue.TrySetResult();
    }

    private TimeSpan LongestWait(Change change) => change.Haste switch
    {
        ChangeHaste.Gathered => Gathering,
        ChangeHaste.Last when MayBeFollowed(change.Id) => LastGathering,
        _ => TimeSpan.Zero,
    };

    /// <summary>Whether other slots of the generation are open whose last change is not queued yet. Of a row that is being written nothing is known.</summary>
    private bool MayBeFollowed(GenerationId id) =>
        _open.TryGetValue(id.Value, out var kept) && _queue.Count(change => change.Id == id && change.Haste is ChangeHaste.Last) < kept.OpenSlots;

    private async Task WriteAloneAsync(Change change)
    {
        try
        {
            await WriteAsync(() => [change]);
        }
        catch (Exception error)
        {
            change.Done.TrySetException(error);
        }
    }

    private List<Change> TakeQueued()
    {
        lock (_lock)
        {
            var changes = _queue;
            _queue = [];
            _isDue = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return changes;
        }
    }

    private async Task WriteAsync(Func<List<Change>> take)
    {
        var written = await database.WriteUnflushedAsync(
            async context =>
            {
                var changes = take();
                changes.ForEach(change => change.IsCommitting = false);

                // Before the read, so that no other process changes the slots in between.
                var locks = changes.SelectMany(change => change.Locks).Distinct().ToList();
                await using var transaction = await database.BeginAsync(context, locks, CancellationToken.None);
                var rows = await LoadAsync(context, changes.Select(change => change.Id.Value).Distinct());
                var isReported = false;
                foreach (var change in changes)
                {
                    change.Recorded = rows.TryGetValue(change.Id.Value, out var row) ? Apply(context, row, change, ref isReported) : null;
                }

                await context.SaveChangesAsync();
                changes.ForEach(change => change.IsCommitting = true);
                await transaction.CommitAsync();
                foreach (var row in rows.Values)
                {
                    Keep(row);
                }

                return (Changes: changes, IsReported: isReported);
            },
            CancellationToken.None);

        // Other changes are written meanwhile.
        await FlushAsync(written.Changes);
        if (written.IsReported)
        {
            signal.Set();
        }
    }

    /// <summary>Returns the changes to their callers, those that have to be on disk when they are.</summary>
    private async Task FlushAsync(List<Change> changes)
    {
        var flushed = changes.Where(change => change.NeedsFlush).ToList();
        if (flushed.Count == 0)
        {
            database.FlushSoon();
        }

        foreach (var change in changes.Where(change => !change.NeedsFlush))
        {
            Complete(change);
        }

        if (flushed.Count == 0)
        {
            return;
        }

        try
        {
            await database.FlushAsync();
            flushed.ForEach(Complete);
        }
        catch (LocalStorageException error)
        {
            flushed.ForEach(change => change.Done.TrySetException(error));
        }
    }

    private void Complete(Change change)
    {
        foreach (var slot in change.Ended)
        {
            meter.Ended(change.Recorded!, slot);
        }

        change.Done.SetResult(change.Recorded);
    }

    /// <summary>Takes the rows that are kept, so that a write that fails leaves none that differ from the record, and reads the others.</summary>
    private async Task<Dictionary<Guid, GenerationRow>> LoadAsync(CatalogDbContext context, IEnumerable<Guid> ids)
    {
        Dictionary<Guid, GenerationRow> rows = [];
        List<Guid> missing = [];
        foreach (var id in ids)
        {
            if (_open.TryRemove(id, out var kept))
            {
                context.Attach(kept.Row);
                rows.Add(id, kept.Row);
            }
            else
            {
                missing.Add(id);
            }
        }

        if (missing.Count > 0)
        {
            await foreach (var row in context.Generations.Include(generation => generation.Slots).Where(row => missing.Contains(row.Id)).AsAsyncEnumerable())
            {
                rows.Add(row.Id, row);
            }
        }

        return rows;
    }

    private Generation? Apply(CatalogDbContext context, GenerationRow row, Change change, ref bool isReported)
    {
        var open = row.Slots.Select(CatalogRows.ToSlot).Where(slot => slot.IsOpen).Select(slot => slot.Index).ToList();
        change.Ended = [];
        if (!change.Apply(context, row.Slots))
        {
            return null;
        }

        row.Revision++;
        var generation = CatalogRows.ToGeneration(row);
        row.Status = generation.Status.ToString();
        change.Ended = [.. generation.Slots.Where(slot => !slot.IsOpen && open.Contains(slot.Index))];
        if (generation.Status is GenerationStatus.Failed && !generation.Slots.Any(slot => slot.MayBePaid))
        {
            // Nothing was paid, so the key is free for another attempt. Not after a cancel: a delayed retry of the request would begin what somebody stopped.
            (row.IdempotencyOwner, row.IdempotencyKey) = (null, null);
        }

        if (generation.IsFinal && open.Count > 0)
        {
            var now = clock.GetUtcNow();
            isReported |= WebhookOutbox.Add(context, GenerationWebhook.Of(generation, now), webhooks, now);
        }

        return generation;
    }

    private sealed record Change(
        GenerationId Id, IReadOnlyCollection<string> Locks, Func<CatalogDbContext, List<GenerationSlotRow>, bool> Apply, ChangeHaste Haste)
    {
        public bool NeedsFlush => Recorded is not null && (Haste is ChangeHaste.Flushed || Recorded.IsFinal);

        public TaskCompletionSource<Generation?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Generation? Recorded { get; set; }

        /// <summary>Whether its transaction may be committed.</summary>
        public bool IsCommitting { get; set; }

        /// <summary>Slots that the change ended.</summary>
        public IReadOnlyList<GenerationSlot> Ended { get; set; } = [];
    }
}
