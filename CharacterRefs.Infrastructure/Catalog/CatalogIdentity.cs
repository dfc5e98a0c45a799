using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>The id of this catalog, by which a bucket names its owner.</summary>
internal sealed class CatalogIdentity(CatalogDatabase database)
{
    /// <summary>Returns the id, and makes it at the first call in the life of the catalog.</summary>
    /// <exception cref="Application.Ports.ImageFiles.LocalStorageException">The disk failed.</exception>
    public async Task<Guid> ReadOrCreateAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(FindAsync, cancellationToken) ?? await database.WriteAsync(
            async context =>
            {
                // A write first, so that of two processes that start at once one waits for the other and then finds its row.
                await using var transaction = await database.BeginAsync(context, [CatalogLock.Store], cancellationToken);
                if (await FindAsync(context) is { } existing)
                {
                    return existing;
                }

                var row = new IdentityRow { Key = IdentityRow.OnlyKey, Id = Guid.NewGuid() };
                context.Identities.Add(row);
                await context.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return row.Id;
            },
            cancellationToken);

    private static async Task<Guid?> FindAsync(CatalogDbContext context) =>
        (await context.Identities.AsNoTracking().SingleOrDefaultAsync())?.Id;
}
