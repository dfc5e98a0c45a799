using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace CharacterRefs.Infrastructure.Catalog.Sqlite;

/// <summary>For <c>dotnet ef migrations add --context CatalogDbContext</c>, which needs a context but no database.</summary>
internal sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<CatalogDbContext>
{
    public CatalogDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<CatalogDbContext>().UseSqlite("Data Source=:memory:").Options);
}
