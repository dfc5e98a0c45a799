using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.Generations.Run;

/// <summary>Records changes of generations and shows them to those who watch. Nothing here is canceled: money may have left.</summary>
/// <param name="feed">Shows it.</param>
/// <param name="node">Whether it may still pay.</param>
public sealed class SlotJournal(IGenerationLedger ledger, GenerationFeed feed, ICatalogNode node)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<GenerationId, Hold> _holds = [];

    /// <summary>Whether something may be paid for now: a node without a lease may have lost the generation without noticing.</summary>
    public bool MayPay => node.HasLease;

    /// <summary>Records the next state of a slot.</summary>
    /// <param name="from">As recorded.</param>
    /// <param name="to">The next state.</param>
    /// <returns>Whether it was recorded; <c>false</c> when somebody else changed the slot first, or claimed the generation.</returns>
    public Task<bool> TryRecordAsync(Generation generation, GenerationSlot from, GenerationSlot to) =>
        TryShowAsync(ledger.RecordAsync(generation, from, to, CancellationToken.None));

    /// <summary>As <see cref="TryRecordAsync"/>, see <see cref="IGenerationLedger.RecordLatestAsync"/>.</summary>
    public Task<bool> TryRecordLatestAsync(Generation generation, GenerationSlot from, Func<GenerationSlot> latest) =>
        TryShowAsync(ledger.RecordLatestAsync(generation, from, latest, CancellationToken.None));

    /// <summary>Records a finished slot with its image. It is shown by <see cref="Show"/>, when the first upload was attempted.</summary>
    /// <returns>The generation; <c>null</c> when another node claimed it.</returns>
    public Task<Generation?> CompleteAsync(Generation generation, GenerationSlot slot, CharacterReference reference) =>
        ledger.CompleteAsync(generation, slot, reference, CancellationToken.None);

    /// <summary>Shows a recorded change; the end of a generation only when nobody holds it.</summary>
    public void Show(Generation generation)
    {
        lock (_lock)
        {
            if (generation.IsFinal && _holds.TryGetValue(generation.Id, out var hold))
            {
                hold.End = generation;
                return;
            }
        }

        feed.Publish(generation);
    }

    /// <summary>
    /// Keeps the end of a generation from being shown until the result is disposed: an image may be on its way to the store while the last slot ends, and who
    /// waits for the end wants the URLs of all images.
    /// </summary>
    public IDisposable HoldEnd(GenerationId id)
    {
        lock (_lock)
        {
            if (!_holds.TryGetValue(id, out var hold))
            {
                _holds.Add(id, hold = new Hold());
            }

            hold.Count++;
            return new Release(this, id);
        }
    }

    /// <summary>The generation as it is recorded.</summary>
    public async Task<Generation> ReadAsync(GenerationId id) =>
        await ledger.FindAsync(id, CancellationToken.None) ?? throw new InvalidDataException($"Generation {id} is not recorded.");

    /// <summary>Whether a slot has this prediction.</summary>
    public async Task<bool> IsClaimedAsync(string predictionId, CancellationToken cancellationToken) =>
        await ledger.FindImageByPredictionAsync(predictionId, cancellationToken) is not null;

    private async Task<bool> TryShowAsync(Task<Generation?> recording)
    {
        var recorded = await recording;
        if (recorded is not null)
        {
            Show(recorded);
        }

        return recorded is not null;
    }

    private void ReleaseEnd(GenerationId id)
    {
        Generation? end = null;
        lock (_lock)
        {
            if (--_holds[id].Count == 0)
            {
                _holds.Remove(id, out var hold);
                end = hold!.End;
            }
        }

        if (end is not null)
        {
            feed.Publish(end);
        }
    }

    private sealed class Hold
    {
        public int Count { get; set; }

        /// <summary>What is shown at the end of the hold; <c>null</c> when the generation continues.</summary>
        public Generation? End { get; set; }
    }

    private sealed class Release(SlotJournal journal, GenerationId id) : IDisposable
    {
        public void Dispose() => journal.ReleaseEnd(id);
    }
}
