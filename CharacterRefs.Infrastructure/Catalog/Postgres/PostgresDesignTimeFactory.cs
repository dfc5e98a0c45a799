using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace CharacterRefs.Infrastructure.Catalog.Postgres;

/// <summary>For <c>dotnet ef migrations add --context PostgresCatalogContext</c>, which needs a context but no database.</summary>
internal sealed class PostgresDesignTimeFactory : IDesignTimeDbContextFactory<PostgresCatalogContext>
{
    public PostgresCatalogContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresCatalogContext>().UseNpgsql("Host=127.0.0.1").Options);
}
