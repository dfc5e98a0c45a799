using System.Linq.Expressions;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>The record of generations in a relational database.</summary>
internal sealed class GenerationLedger(CatalogDatabase database, WebhookSettings webhooks, WebhookSignal signal, TimeProvider clock) : IGenerationLedger
{
    private const long MicrosecondsPerDay = 24L * 3600 * 1_000_000;

    private static readonly string[] s_openStates =
        [.. Enum.GetValues<GenerationSlotState>().Where(state => Slot(state).IsOpen).Select(state => state.ToString())];

    // Where the provider charged, or may have, or still may.
    private static readonly Expression<Func<GenerationSlotRow, bool>> s_mayCost = slot =>
        s_openStates.Contains(slot.State) || slot.PredictionId != null || slot.IsPaidLoss || slot.State == nameof(GenerationSlotState.Succeeded);

    public Task<GenerationBeginning> BeginAsync(
        Generation generation, IdempotencyKey? key, decimal? dailyBudget, CancellationToken cancellationToken) => database.WriteAsync(
        async context =>
        {
            // The writer is alone in this process; another process meets the transaction and the unique index.
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
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

    public Task<Generation?> RecordAsync(GenerationId id, GenerationSlot from, GenerationSlot to, CancellationToken cancellationToken) => ChangeAsync(
        id,
        (_, slots) =>
        {
            var slot = slots.Single(row => row.Index == from.Index);
            if (slot.State != from.State.ToString())
            {
                return false;
            }

            CatalogRows.Update(slot, to);
            return true;
        },
        cancellationToken);

    public async Task<Generation> CompleteAsync(
        GenerationId id, GenerationSlot slot, CharacterReference reference, CancellationToken cancellationToken) => (await ChangeAsync(
        id,
        (context, slots) =>
        {
            var completed = CatalogRows.Update(slots.Single(row => row.Index == slot.Index), slot);
            if (!context.References.Any(row => row.Id == reference.Id.Value))
            {
                var row = CatalogRows.ToRow(reference);
                row.Slot = completed;
                context.References.Add(row);
            }

            return true;
        },
        cancellationToken))!;

    public async Task<Generation?> RequestCancelAsync(GenerationId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        await ChangeAsync(
            id,
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
            cancellationToken)
        ?? await FindAsync(id, cancellationToken);

    public Task<Generation?> FindAsync(GenerationId id, CancellationToken cancellationToken) =>
        FindAsync(generation => generation.Id == id.Value, cancellationToken);

    public Task<Generation?> FindByImageAsync(CharacterReferenceId imageId, CancellationToken cancellationToken) =>
        FindAsync(generation => generation.Slots.Any(slot => slot.ImageId == imageId.Value), cancellationToken);

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

    public Task<IReadOnlyList<Generation>> ListOpenAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async context => (IReadOnlyList<Generation>)[.. (await context.Generations.AsNoTracking().Include(generation => generation.Slots)
            .Where(generation => generation.Slots.Any(slot => s_openStates.Contains(slot.State)))
            .OrderBy(generation => generation.CreatedAt).ToListAsync(cancellationToken)).Select(CatalogRows.ToGeneration)],
        cancellationToken);

    public Task<IReadOnlySet<string>> ListPredictionsAsync(DateTimeOffset startedFrom, CancellationToken cancellationToken) => database.ReadAsync(
        async context => (IReadOnlySet<string>)await context.Slots
            .Where(slot => slot.PredictionId != null && slot.StartedAt >= CatalogRows.ToMicroseconds(startedFrom))
            .Select(slot => slot.PredictionId!).ToHashSetAsync(cancellationToken),
        cancellationToken);

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

    private static GenerationSlot Slot(GenerationSlotState state) => new() { Index = 0, ImageId = default, State = state };

    private static long DayStart(DateOnly day) => CatalogRows.ToMicroseconds(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));

    private static async Task<decimal> SumDayAsync(CatalogDbContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var dayStart = DayStart(DateOnly.FromDateTime(now.UtcDateTime));
        return CatalogRows.ToUsd(await context.Slots.Where(
            slot => slot.Generation!.CreatedAt >= dayStart && slot.Generation.CreatedAt < dayStart + MicrosecondsPerDay).Where(s_mayCost)
            .SumAsync(slot => slot.Generation!.PricePerImage ?? 0, cancellationToken)) ?? 0;
    }

    private Task<Generation?> FindAsync(Expression<Func<GenerationRow, bool>> which, CancellationToken cancellationToken) => database.ReadAsync(
        async context =>
        {
            var row = await context.Generations.AsNoTracking().Include(generation => generation.Slots).SingleOrDefaultAsync(which, cancellationToken);
            return row is null ? null : CatalogRows.ToGeneration(row);
        },
        cancellationToken);

    /// <summary>Changes slots of a generation, its revision and its status in one transaction.</summary>
    /// <returns>The generation; <c>null</c> when there is none, or <paramref name="change"/> did nothing.</returns>
    private async Task<Generation?> ChangeAsync(
        GenerationId id, Func<CatalogDbContext, List<GenerationSlotRow>, bool> change, CancellationToken cancellationToken)
    {
        var isReported = false;
        var changed = await database.WriteAsync(ApplyAsync, cancellationToken);
        if (isReported)
        {
            signal.Set();
        }

        return changed;

        async Task<Generation?> ApplyAsync(CatalogDbContext context)
        {
            // Takes the write lock before the read, so that no other process changes the slot in between.
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            var row = await context.Generations.Include(generation => generation.Slots).SingleOrDefaultAsync(
                generation => generation.Id == id.Value, cancellationToken);
            var wasFinal = row is not null && CatalogRows.ToGeneration(row).IsFinal;
            if (row is null || !change(context, row.Slots))
            {
                return null;
            }

            row.Revision++;
            var generation = CatalogRows.ToGeneration(row);
            row.Status = generation.Status.ToString();
            if (generation.Status is GenerationStatus.Failed or GenerationStatus.Canceled && !generation.Slots.Any(slot => slot.MayBePaid))
            {
                // Nothing was paid, so the key is free for another attempt.
                (row.IdempotencyOwner, row.IdempotencyKey) = (null, null);
            }

            if (generation.IsFinal && !wasFinal)
            {
                var now = clock.GetUtcNow();
                isReported = WebhookOutbox.Add(context, GenerationWebhook.Of(generation, now), webhooks, now);
            }

            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return generation;
        }
    }
}
