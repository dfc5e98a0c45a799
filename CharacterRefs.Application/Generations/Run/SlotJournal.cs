using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Generations.Run;

/// <summary>Records changes of generations and shows them to those who watch. Nothing here is canceled: money may have left.</summary>
public sealed class SlotJournal(IGenerationLedger ledger, GenerationFeed feed)
{
    /// <summary>Records the next state of a slot.</summary>
    /// <returns>Whether it was recorded; <c>false</c> when somebody else changed the slot first.</returns>
    public async Task<bool> TryRecordAsync(GenerationId id, GenerationSlot from, GenerationSlot to)
    {
        var recorded = await ledger.RecordAsync(id, from, to, CancellationToken.None);
        if (recorded is not null)
        {
            feed.Publish(recorded);
        }

        return recorded is not null;
    }

    /// <summary>Records a finished slot with its image. It is shown by <see cref="Show"/>, when the first upload was attempted.</summary>
    public Task<Generation> CompleteAsync(GenerationId id, GenerationSlot slot, CharacterReference reference) =>
        ledger.CompleteAsync(id, slot, reference, CancellationToken.None);

    /// <summary>Shows a recorded change.</summary>
    public void Show(Generation generation) => feed.Publish(generation);

    /// <summary>The slot as it is recorded.</summary>
    public async Task<GenerationSlot> ReadAsync(GenerationId id, int index) =>
        (await ledger.FindAsync(id, CancellationToken.None))?.Slots.Single(slot => slot.Index == index)
            ?? throw new InvalidDataException($"Generation {id} is not recorded.");

    /// <summary>Predictions that other slots have.</summary>
    public Task<IReadOnlySet<string>> ListClaimedAsync(DateTimeOffset startedFrom, CancellationToken cancellationToken) =>
        ledger.ListPredictionsAsync(startedFrom, cancellationToken);
}
