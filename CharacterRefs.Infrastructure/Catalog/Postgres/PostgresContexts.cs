using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog.Postgres;

/// <summary>Gives the adapters, which know no engine, the contexts of this one.</summary>
internal sealed class PostgresContexts(IDbContextFactory<PostgresCatalogContext> contexts) : IDbContextFactory<CatalogDbContext>
{
    public CatalogDbContext CreateDbContext() => contexts.CreateDbContext();

    public async Task<CatalogDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default) =>
        await contexts.CreateDbContextAsync(cancellationToken);
}
