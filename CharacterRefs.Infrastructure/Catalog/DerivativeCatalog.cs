using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>What is found when a thumb is rendered, as columns of the references.</summary>
internal sealed class DerivativeCatalog(CatalogDatabase database) : IDerivativeCatalog
{
    public Task<IReadOnlyList<(long Position, CharacterReference Reference)>> ListIncompleteAsync(
        long after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<(long, CharacterReference)>>(
            async context =>
            {
                var rows = await context.References.AsNoTracking()
                    .Where(row => (row.DominantColor == null || row.Orientation == null) && row.Sequence > after)
                    .OrderBy(row => row.Sequence)
                    .Include(row => row.Slot!.Generation)
                    .Take(limit)
                    .ToListAsync(cancellationToken);
                return [.. rows.Select(row => (row.Sequence, CatalogRows.ToReference(row)))];
            },
            cancellationToken);

    public Task RecordAsync(CharacterReferenceId id, RenderedDerivative rendered, CancellationToken cancellationToken) => database.WriteAsync(
        context => context.References
            .Where(row => row.Id == id.Value)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.DominantColor, rendered.DominantColor)
                    .SetProperty(row => row.Orientation, rendered.Source.Orientation)
                    .SetProperty(row => row.Width, rendered.Source.Width)
                    .SetProperty(row => row.Height, rendered.Source.Height),
                cancellationToken),
        cancellationToken);
}
