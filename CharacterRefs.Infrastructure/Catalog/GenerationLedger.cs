using System.Linq.Expressions;
using CharacterRefs.Application.Events;
using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>The record of generations in a relational database.</summary>
internal sealed class GenerationLedger(
    CatalogDatabase database, ICatalogEngine engine, ICatalogNode node, GenerationChanges changes, EventLog events, ICatalogSignals signals)
    : IGenerationLedger
{
    private const long MicrosecondsPerDay = 24L * 3600 * 1_000_000;

    private static readonly string[] s_openStates =
        [.. Enum.GetValues<GenerationSlotState>().Where(state => Slot(state).IsOpen).Select(state => state.ToString())];

    private static readonly string[] s_openStatuses =
        [nameof(GenerationStatus.Queued), nameof(GenerationStatus.Running), nameof(GenerationStatus.Canceling)];

    // Where the provider charged, or may have, or still may.
    private static readonly Expression<Func<GenerationSlotRow, bool>> s_mayCost = slot =>
        s_openStates.Contains(slot.State) || slot.PredictionId != null || slot.IsPaidLoss || slot.State == nameof(GenerationSlotState.Succeeded);

    // For each image of a request, and for each client that polls. Fields, because a compiled query belongs to the model of one engine.
    private readonly Func<CatalogDbContext, Guid, bool> _isRecorded =
        EF.CompileQuery((CatalogDbContext context, Guid id) => context.References.Any(row => row.Id == id));

    private readonly Func<CatalogDbContext, string, long, bool> _isOfAnother = EF.CompileQuery((CatalogDbContext context, string predictionId, long slotKey) =>
        context.Slots.Any(row => row.PredictionId == predictionId && row.Key != slotKey));

    private readonly Func<CatalogDbContext, Guid, CancellationToken, Task<GenerationRow?>> _findRow = EF.CompileAsyncQuery(
        (CatalogDbContext context, Guid id, CancellationToken _) => context.Generations
            .AsNoTracking()
            .Include(generation => generation.Slots)
            .SingleOrDefault(row => row.Id == id));

    public Task<GenerationBeginning> BeginAsync(
        Generation generation, IdempotencyKey? key, decimal? dailyBudget, CancellationToken cancellationToken) => database.WriteAsync(
        async context =>
        {
            // Before the reads, so that no other process begins with the same key, or spends what is left of the budget, in between.
            await using var transaction = await database.BeginAsync(context, BeginLocks(key, dailyBudget), cancellationToken);
            if (key is not null && await context.Generations.AnyAsync(
                row => row.IdempotencyOwner == key.Owner && row.IdempotencyKey == key.Key, cancellationToken))
            {
                return new GenerationBeginning(BeginOutcome.KeyExists, null);
            }

            if (dailyBudget is { } budget)
            {
                var spent = await SumDayAsync(context, generation.CreatedAt, cancellationToken);
                if (spent + (generation.CostEstimate ?? 0) > budget)
                {
                    return new GenerationBeginning(BeginOutcome.OverBudget, null, spent);
                }
            }

            var added = CatalogRows.ToRow(generation);
            (added.IdempotencyOwner, added.IdempotencyKey, added.RequestHash) = (key?.Owner, key?.Key, key?.RequestHash);
            context.Generations.Add(added);
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            changes.Keep(added);
            SignalWork(generation);
            return new GenerationBeginning(BeginOutcome.Begun, generation);
        },
        cancellationToken);

    public Task<(Generation Generation, string RequestHash)?> FindByKeyAsync(string owner, string key, CancellationToken cancellationToken) =>
        database.ReadAsync(
        async context => await context.Generations.AsNoTracking().Include(generation => generation.Slots)
            .SingleOrDefaultAsync(row => row.IdempotencyOwner == owner && row.IdempotencyKey == key, cancellationToken) is { } row
            ? (CatalogRows.ToGeneration(row), row.RequestHash!)
            : ((Generation, string)?)null,
        cancellationToken);

    public Task<Generation?> RecordAsync(Generation generation, GenerationSlot from, GenerationSlot to, CancellationToken cancellationToken) =>
        RecordAsync(generation, from, () => to, ChangeHaste.Flushed, cancellationToken);

    public Task<Generation?> RecordLatestAsync(
        Generation generation, GenerationSlot from, Func<GenerationSlot> latest, CancellationToken cancellationToken) =>
        RecordAsync(generation, from, latest, ChangeHaste.Gathered, cancellationToken);

    public async Task<Generation?> CompleteAsync(
        Generation generation, GenerationSlot slot, CharacterReference reference, CancellationToken cancellationToken)
    {
        var isAdded = false;
        var recorded = await changes.ApplyAsync(
            generation.Id,
            [CatalogLock.Generation(generation.Id), CatalogLock.Image(reference.Id)],
            (context, slots) =>
            {
                isAdded = false;
                if (slots[0].Generation!.Claim != generation.Claim)
                {
                    return false;
                }

                var completed = CatalogRows.Update(slots.Single(row => row.Index == slot.Index), slot);
                isAdded = !_isRecorded(context, reference.Id.Value);
                if (isAdded)
                {
                    var row = CatalogRows.ToRow(reference);
                    row.Slot = completed;
                    context.References.Add(row);
                }

                return true;
            },
            ChangeHaste.Last,
            cancellationToken);
        if (isAdded)
        {
            events.Add(reference);
        }

        return recorded;
    }

    public async Task<IReadOnlyList<Generation>> ClaimOpenAsync(
        int places, IReadOnlyCollection<GenerationId> running, CancellationToken cancellationToken)
    {
        if (!node.IsAlone)
        {
            await database.ReadAsync(
                async context =>
                {
                    await engine.ClaimGenerationsAsync(context, node.Id, node.MayTakeOver, places, cancellationToken);
                    return true;
                },
                cancellationToken);
        }

        var known = running.Select(id => id.Value).ToList();
        return await ListOpenAsync(
            generation => (node.IsAlone || generation.NodeId == node.Id)
                && (generation.CancelRequestedAt != null || !known.Contains(generation.Id)),
            cancellationToken);
    }

    public async Task<Generation?> TryClaimAsync(Generation generation, CancellationToken cancellationToken) =>
        node.IsAlone || generation.NodeId == node.Id ? generation
        : await ChangeNodeAsync(generation, node.Id, cancellationToken) ? await FindAsync(generation.Id, cancellationToken)
        : null;

    public async Task<Generation?> ReleaseAsync(Generation generation, CancellationToken cancellationToken)
    {
        if (generation.NodeId is null)
        {
            return generation;
        }

        if (!await ChangeNodeAsync(generation, null, cancellationToken))
        {
            return null;
        }

        var released = generation with { NodeId = null, Claim = generation.Claim + 1 };
        SignalWork(released);
        return released;
    }

    public async Task<IReadOnlySet<GenerationId>> ListGoneAsync(IReadOnlyCollection<GenerationId> ids, CancellationToken cancellationToken)
    {
        var keys = ids.Select(id => id.Value).ToList();
        return await database.ReadAsync(
            async context => (await context.Generations
                .Where(row => keys.Contains(row.Id) && (row.NodeId != null && row.NodeId != node.Id || !s_openStatuses.Contains(row.Status)))
                .Select(row => row.Id).ToListAsync(cancellationToken)).Select(id => new GenerationId(id)).ToHashSet(),
            cancellationToken);
    }

    public Task<bool> HasOpenAsync(CancellationToken cancellationToken) => database.ReadAsync(
        context => context.Generations.AnyAsync(row => s_openStatuses.Contains(row.Status), cancellationToken), cancellationToken);

    public async Task<Generation?> RequestCancelAsync(GenerationId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        await changes.ApplyAsync(
            id,
            [CatalogLock.Generation(id)],
            (_, slots) =>
            {
                var generation = slots[0].Generation!;
                if (generation.CancelRequestedAt is not null || CatalogRows.ToGeneration(generation).IsFinal)
                {
                    return false;
                }

                generation.CancelRequestedAt = CatalogRows.ToMicroseconds(now);
                foreach (var slot in slots.Where(slot => slot.State == nameof(GenerationSlotState.Queued)))
                {
                    CatalogRows.Update(slot, CatalogRows.ToSlot(slot).Cancel(now));
                }

                return true;
            },
            ChangeHaste.Flushed,
            cancellationToken)
        ?? await FindAsync(id, cancellationToken);

    public Task<Generation?> FindAsync(GenerationId id, CancellationToken cancellationToken) => database.ReadAsync(
        async context => await _findRow(context, id.Value, cancellationToken) is { } row ? CatalogRows.ToGeneration(row) : null, cancellationToken);

    public Task<IReadOnlyList<Generation>> FindManyAsync(IReadOnlyCollection<GenerationId> ids, CancellationToken cancellationToken) => database.ReadAsync(
        async context =>
        {
            var values = ids.Select(id => id.Value).ToList();
            return (IReadOnlyList<Generation>)[.. (await context.Generations.AsNoTracking().Include(generation => generation.Slots)
                .Where(row => values.Contains(row.Id)).ToListAsync(cancellationToken)).Select(CatalogRows.ToGeneration)];
        },
        cancellationToken);

    public Task<IReadOnlyList<GenerationVersion>> ListVersionsAsync(
        IReadOnlyCollection<GenerationId> ids, DateTimeOffset? createdFrom, CancellationToken cancellationToken) => database.ReadAsync(
        async context =>
        {
            var values = ids.Select(id => id.Value).ToList();
            var rows = context.Generations.AsNoTracking();
            rows = createdFrom is { } from
                ? rows.Where(row => values.Contains(row.Id) || s_openStatuses.Contains(row.Status) || row.CreatedAt >= CatalogRows.ToMicroseconds(from))
                : rows.Where(row => values.Contains(row.Id));
            return (IReadOnlyList<GenerationVersion>)[.. (await rows
                .Select(row => new { row.Id, row.Revision, row.Status, IsCancelRequested = row.CancelRequestedAt != null }).ToListAsync(cancellationToken))
                .Select(row => new GenerationVersion(
                    new GenerationId(row.Id), row.Revision, s_openStatuses.Contains(row.Status), row.IsCancelRequested))];
        },
        cancellationToken);

    public Task<Generation?> FindByImageAsync(CharacterReferenceId imageId, CancellationToken cancellationToken) => database.ReadAsync(
        async context => await context.Generations.AsNoTracking().Include(generation => generation.Slots)
            .SingleOrDefaultAsync(generation => generation.Slots.Any(slot => slot.ImageId == imageId.Value), cancellationToken) is { } row
            ? CatalogRows.ToGeneration(row)
            : null,
        cancellationToken);

    public Task<CharacterReferenceId?> FindImageByPredictionAsync(string predictionId, CancellationToken cancellationToken) => database.ReadAsync(
        async context => await context.Slots.Where(slot => slot.PredictionId == predictionId).Select(slot => (Guid?)slot.ImageId)
            .FirstOrDefaultAsync(cancellationToken) is { } id ? new CharacterReferenceId(id) : (CharacterReferenceId?)null,
        cancellationToken);

    public Task<IReadOnlyList<Generation>> ListAsync(
        GenerationStatus? status, GenerationId? before, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        async context =>
        {
            var rows = context.Generations.AsNoTracking().Include(generation => generation.Slots).AsQueryable();
            if (status is { } wanted)
            {
                rows = rows.Where(row => row.Status == wanted.ToString());
            }

            if (before is { } id && await context.Generations.Where(row => row.Id == id.Value).Select(row => (long?)row.CreatedAt)
                .SingleOrDefaultAsync(cancellationToken) is { } createdAt)
            {
                rows = rows.Where(row => row.CreatedAt < createdAt || (row.CreatedAt == createdAt && row.Id.CompareTo(id.Value) < 0));
            }

            return (IReadOnlyList<Generation>)[.. (await rows.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Take(limit)
                .ToListAsync(cancellationToken)).Select(CatalogRows.ToGeneration)];
        },
        cancellationToken);

    public Task<IReadOnlyList<Generation>> ListOpenAsync(CancellationToken cancellationToken) => ListOpenAsync(_ => true, cancellationToken);

    public Task<IReadOnlyList<DailyUsage>> SumUsageAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken) => database.ReadAsync(
        async context =>
        {
            var (first, end) = (DayStart(from), DayStart(to.AddDays(1)));
            var slots = await context.Slots.AsNoTracking()
                .Where(slot => slot.Generation!.CreatedAt >= first && slot.Generation.CreatedAt < end).Where(s_mayCost)
                .GroupBy(slot => new { Day = slot.Generation!.CreatedAt / MicrosecondsPerDay, slot.Generation.Model })
                .Select(group => new
                {
                    group.Key,
                    Images = group.Count(slot => slot.State == nameof(GenerationSlotState.Succeeded)),
                    Paid = group.Count(),
                    Priced = group.Count(slot => slot.Generation!.PricePerImage != null),
                    Cost = group.Sum(slot => slot.Generation!.PricePerImage ?? 0),
                })
                .ToListAsync(cancellationToken);
            return (IReadOnlyList<DailyUsage>)[.. slots.Select(sum => new DailyUsage(
                    DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(sum.Key.Day)),
                    sum.Key.Model,
                    sum.Images,
                    sum.Paid,
                    sum.Priced > 0 ? CatalogRows.ToUsd(sum.Cost) : null))
                .OrderBy(usage => usage.Day).ThenBy(usage => usage.Model, StringComparer.Ordinal)];
        },
        cancellationToken);

    private static IReadOnlyCollection<string> BeginLocks(IdempotencyKey? key, decimal? dailyBudget) =>
        [.. key is null ? Array.Empty<string>() : [CatalogLock.Key(key)], .. dailyBudget is null ? Array.Empty<string>() : [CatalogLock.Budget]];

    private static GenerationSlot Slot(GenerationSlotState state) => new() { Index = 0, ImageId = default, State = state };

    private static long DayStart(DateOnly day) => CatalogRows.ToMicroseconds(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));

    private static async Task<decimal> SumDayAsync(CatalogDbContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var dayStart = DayStart(DateOnly.FromDateTime(now.UtcDateTime));
        return CatalogRows.ToUsd(await context.Slots.Where(
            slot => slot.Generation!.CreatedAt >= dayStart && slot.Generation.CreatedAt < dayStart + MicrosecondsPerDay).Where(s_mayCost)
            .SumAsync(slot => slot.Generation!.PricePerImage ?? 0, cancellationToken)) ?? 0;
    }

    /// <summary>Whether it is what became of the paid request that the row waits for: its prediction, or that it was rejected.</summary>
    private static bool IsFact(GenerationSlotRow slot, GenerationSlot from, GenerationSlot to) =>
        from is { State: GenerationSlotState.Submitting, StartedAt: { } sentAt } && slot.StartedAt == CatalogRows.ToMicroseconds(sentAt)
        && (to.PredictionId is not null || !to.IsPaidLoss);

    // Also one that another change of this transaction records.
    private bool IsOfAnother(CatalogDbContext context, GenerationSlotRow slot, string predictionId) =>
        context.Slots.Local.Any(row => row.PredictionId == predictionId && row.Key != slot.Key) || _isOfAnother(context, predictionId, slot.Key);

    private Task<Generation?> RecordAsync(
        Generation generation, GenerationSlot from, Func<GenerationSlot> latest, ChangeHaste haste, CancellationToken cancellationToken) => changes.ApplyAsync(
        generation.Id,
        from.PredictionId is null && latest().PredictionId is { } prediction
            ? [CatalogLock.Generation(generation.Id), CatalogLock.Prediction(prediction)]
            : [CatalogLock.Generation(generation.Id)],
        (context, slots) =>
        {
            var to = latest();
            var slot = slots.Single(row => row.Index == from.Index);
            if (slot.State != from.State.ToString() || !(slot.Generation!.Claim == generation.Claim || IsFact(slot, from, to))
                || (slot.PredictionId is null && to.PredictionId is { } found && IsOfAnother(context, slot, found)))
            {
                return false;
            }

            CatalogRows.Update(slot, to);
            return true;
        },
        haste,
        cancellationToken);

    private void SignalWork(Generation generation)
    {
        if (generation.NodeId is null && !node.IsAlone)
        {
            signals.Send(new CatalogSignal(CatalogSignalKind.Work));
        }
    }

    private async Task<bool> ChangeNodeAsync(Generation generation, Guid? nodeId, CancellationToken cancellationToken) => await database.WriteAsync(
        context => context.Generations
            .Where(row => row.Id == generation.Id.Value && row.Claim == generation.Claim)
            .ExecuteUpdateAsync(
                rows => rows.SetProperty(row => row.NodeId, nodeId).SetProperty(row => row.Claim, row => row.Claim + 1), cancellationToken),
        cancellationToken) > 0;

    private Task<IReadOnlyList<Generation>> ListOpenAsync(Expression<Func<GenerationRow, bool>> which, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async context => (IReadOnlyList<Generation>)[.. (await context.Generations.AsNoTracking().Include(generation => generation.Slots)
                .Where(generation => generation.Slots.Any(slot => s_openStates.Contains(slot.State))).Where(which)
                .OrderBy(generation => generation.CreatedAt).ToListAsync(cancellationToken)).Select(CatalogRows.ToGeneration)],
            cancellationToken);
}
