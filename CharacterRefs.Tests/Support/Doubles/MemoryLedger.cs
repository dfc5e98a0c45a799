using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>The ledger in memory, with a journal of what was recorded in which order, and faults on demand.</summary>
internal sealed class MemoryLedger : IGenerationLedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<GenerationId, (Generation Generation, IdempotencyKey? Key)> _rows = [];

    public List<string> Journal { get; } = [];

    /// <summary>The rows that finished slots got.</summary>
    public List<CharacterReference> References { get; } = [];

    /// <summary>Sees every write before it happens and may throw.</summary>
    public Action<GenerationSlot> BeforeWrite { get; set; } = _ => { };

    /// <summary>Sees every recorded move after it happened and may throw, as a database whose confirmation is lost.</summary>
    public Action<GenerationSlot> AfterRecord { get; set; } = _ => { };

    public IReadOnlyList<Generation> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _rows.Values.Select(row => row.Generation)];
            }
        }
    }

    /// <summary>The entries of one slot, without its number.</summary>
    public IReadOnlyList<string> JournalOf(int slot)
    {
        lock (_lock)
        {
            return [.. Journal.Where(entry => entry.StartsWith($"{slot} ", StringComparison.Ordinal)).Select(entry => entry[2..])];
        }
    }

    public Task<GenerationBeginning> BeginAsync(Generation generation, IdempotencyKey? key, decimal? dailyBudget, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (key is not null && _rows.Values.Any(row => row.Key?.Owner == key.Owner && row.Key.Key == key.Key))
            {
                return Task.FromResult(new GenerationBeginning(BeginOutcome.KeyExists, null));
            }

            var spent = _rows.Values.Sum(row => row.Generation.CostEstimate ?? 0);
            if (spent + generation.CostEstimate > dailyBudget)
            {
                return Task.FromResult(new GenerationBeginning(BeginOutcome.OverBudget, null, spent));
            }

            _rows.Add(generation.Id, (generation, key));
            Journal.Add("begin");
            return Task.FromResult(new GenerationBeginning(BeginOutcome.Begun, generation));
        }
    }

    public Task<(Generation Generation, string RequestHash)?> FindByKeyAsync(string owner, string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var row = _rows.Values.FirstOrDefault(row => row.Key?.Owner == owner && row.Key.Key == key);
            return Task.FromResult(row.Key is null ? ((Generation, string)?)null : (row.Generation, row.Key.RequestHash));
        }
    }

    public Task<Generation?> RecordLatestAsync(
        Generation generation, GenerationSlot from, Func<GenerationSlot> latest, CancellationToken cancellationToken) =>
        RecordAsync(generation, from, latest(), cancellationToken);

    public Task<Generation?> RecordAsync(Generation generation, GenerationSlot from, GenerationSlot to, CancellationToken cancellationToken)
    {
        BeforeWrite(to);
        lock (_lock)
        {
            var recorded = _rows[generation.Id].Generation;
            var isOfAnother = to.PredictionId is not null && _rows.Values.SelectMany(row => row.Generation.Slots)
                .Any(slot => slot.PredictionId == to.PredictionId && slot.ImageId != to.ImageId);
            var isWritable = recorded.Claim == generation.Claim && recorded.Slots[from.Index].State == from.State && !isOfAnother;
            var changed = isWritable ? Change(generation.Id, to, "") : null;
            AfterRecord(to);
            return Task.FromResult(changed);
        }
    }

    public Task<Generation?> CompleteAsync(Generation generation, GenerationSlot slot, CharacterReference reference, CancellationToken cancellationToken)
    {
        BeforeWrite(slot);
        lock (_lock)
        {
            if (_rows[generation.Id].Generation.Claim != generation.Claim)
            {
                return Task.FromResult<Generation?>(null);
            }

            References.Add(reference);
            return Task.FromResult<Generation?>(Change(generation.Id, slot, " row"));
        }
    }

    public Task<Generation?> RequestCancelAsync(GenerationId id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_rows.TryGetValue(id, out var row) || row.Generation.IsFinal)
            {
                return Task.FromResult<Generation?>(row.Generation);
            }

            var slots = row.Generation.Slots.Select(slot => slot.State is GenerationSlotState.Queued ? slot.Cancel(now) : slot).ToList();
            var changed = row.Generation with { CancelRequestedAt = now, Slots = slots, Revision = row.Generation.Revision + 1 };
            _rows[id] = (changed, row.Key);
            return Task.FromResult<Generation?>(changed);
        }
    }

    public Task<Generation?> FindAsync(GenerationId id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<Generation?>(_rows.GetValueOrDefault(id).Generation);
        }
    }

    public Task<IReadOnlyList<Generation>> FindManyAsync(IReadOnlyCollection<GenerationId> ids, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Generation>>([.. All.Where(generation => ids.Contains(generation.Id))]);

    public Task<IReadOnlyList<GenerationVersion>> ListVersionsAsync(
        IReadOnlyCollection<GenerationId> ids, DateTimeOffset? createdFrom, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<GenerationVersion>>([.. All
            .Where(generation => ids.Contains(generation.Id) || (createdFrom is { } from && (!generation.IsFinal || generation.CreatedAt >= from)))
            .Select(generation => new GenerationVersion(
                generation.Id, generation.Revision, !generation.IsFinal, generation.CancelRequestedAt is not null))]);

    public Task<Generation?> FindByImageAsync(CharacterReferenceId imageId, CancellationToken cancellationToken) =>
        Task.FromResult(All.FirstOrDefault(generation => generation.Slots.Any(slot => slot.ImageId == imageId)));

    public Task<CharacterReferenceId?> FindImageByPredictionAsync(string predictionId, CancellationToken cancellationToken) =>
        Task.FromResult(All.SelectMany(generation => generation.Slots).FirstOrDefault(slot => slot.PredictionId == predictionId)?.ImageId);

    public Task<IReadOnlyList<Generation>> ListAsync(GenerationStatus? status, GenerationId? before, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Generation>>([.. All.Where(generation => status is null || generation.Status == status)
            .OrderByDescending(generation => generation.CreatedAt).ThenByDescending(generation => generation.Id.Value)
            .SkipWhile(generation => before is not null && generation.Id != before).Skip(before is null ? 0 : 1).Take(limit)]);

    public Task<IReadOnlyList<Generation>> ListOpenAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Generation>>([.. All.Where(generation => !generation.IsFinal)]);

    /// <summary>Another node claims a generation.</summary>
    public void TakeOver(GenerationId id)
    {
        lock (_lock)
        {
            var (generation, key) = _rows[id];
            _rows[id] = (generation with { NodeId = Guid.NewGuid(), Claim = generation.Claim + 1 }, key);
        }
    }

    public Task<IReadOnlyList<Generation>> ClaimOpenAsync(int places, IReadOnlyCollection<GenerationId> running, CancellationToken cancellationToken) =>
        ListOpenAsync(cancellationToken);

    public Task<Generation?> TryClaimAsync(Generation generation, CancellationToken cancellationToken) =>
        Task.FromResult(All.SingleOrDefault(recorded => recorded.Id == generation.Id && recorded.Claim == generation.Claim));

    public Task<Generation?> ReleaseAsync(Generation generation, CancellationToken cancellationToken) => Task.FromResult<Generation?>(generation);

    public Task<IReadOnlySet<GenerationId>> ListGoneAsync(IReadOnlyCollection<GenerationId> ids, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlySet<GenerationId>>(new HashSet<GenerationId>());

    public Task<bool> HasOpenAsync(CancellationToken cancellationToken) => Task.FromResult(All.Any(generation => !generation.IsFinal));

    public Task<IReadOnlyList<DailyUsage>> SumUsageAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DailyUsage>>([]);

    private Generation Change(GenerationId id, GenerationSlot slot, string suffix)
    {
        var (generation, key) = _rows[id];
        var slots = generation.Slots.ToArray();
        slots[slot.Index] = slot;
        generation = generation with { Slots = slots, Revision = generation.Revision + 1 };
        _rows[id] = (generation, key);
        Journal.Add(string.Join(' ', new[] { $"{slot.Index}", $"{slot.State}", slot.PredictionId, slot.Error }.OfType<string>()) + suffix);
        return generation;
    }
}
