using System.Linq.Expressions;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>The record of generations in a relational database.</summary>
internal sealed class GenerationLedger(CatalogDatabase database) : IGenerationLedger
{
    public Task BeginAsync(Generation generation, CancellationToken cancellationToken) => database.WriteAsync(
        context =>
        {
            context.Generations.Add(CatalogRows.ToRow(generation));
            return context.SaveChangesAsync(cancellationToken);
        },
        cancellationToken);

    public Task RecordAsync(GenerationId generationId, GenerationSlot slot, CancellationToken cancellationToken) => database.WriteAsync(
        async context =>
        {
            await UpdateAsync(context, generationId, slot, cancellationToken);
            return await context.SaveChangesAsync(cancellationToken);
        },
        cancellationToken);

    public Task CompleteAsync(
        GenerationId generationId, GenerationSlot slot, CharacterReference reference, CancellationToken cancellationToken) => database.WriteAsync(
        async context =>
        {
            var row = CatalogRows.ToRow(reference);
            row.Slot = await UpdateAsync(context, generationId, slot, cancellationToken);
            context.References.Add(row);
            return await context.SaveChangesAsync(cancellationToken);
        },
        cancellationToken);

    public Task<Generation?> FindByImageAsync(CharacterReferenceId imageId, CancellationToken cancellationToken) =>
        FindAsync(generation => generation.Slots.Any(slot => slot.ImageId == imageId.Value), cancellationToken);

    public Task<Generation?> FindAsync(GenerationId id, CancellationToken cancellationToken) =>
        FindAsync(generation => generation.Id == id.Value, cancellationToken);

    private Task<Generation?> FindAsync(Expression<Func<GenerationRow, bool>> which, CancellationToken cancellationToken) => database.ReadAsync(
        async context =>
        {
            var row = await context.Generations.AsNoTracking().Include(generation => generation.Slots).SingleOrDefaultAsync(which, cancellationToken);
            return row is null ? null : CatalogRows.ToGeneration(row);
        },
        cancellationToken);

    private static async Task<GenerationSlotRow> UpdateAsync(
        CatalogDbContext context, GenerationId generationId, GenerationSlot slot, CancellationToken cancellationToken)
    {
        var row = await context.Slots.SingleAsync(stored => stored.GenerationId == generationId.Value && stored.Index == slot.Index, cancellationToken);
        return CatalogRows.Update(row, slot);
    }
}
