using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog.Postgres;

/// <summary>The tables of the catalog in PostgreSQL.</summary>
internal sealed class PostgresCatalogContext(DbContextOptions<PostgresCatalogContext> options) : CatalogDbContext(options)
{
    // Text is compared byte by byte, as in SQLite, whatever the locale of the database.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<string>().UseCollation("C");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.HasPostgresExtension("pg_trgm");
        modelBuilder.Entity<ReferenceRow>()
            .HasIndex(row => row.SearchKey, "IX_references_search")
            .HasMethod("gin")
            .HasOperators("gin_trgm_ops")
            .HasStorageParameter("fastupdate", false); // else an insert now and then writes the entries of thousands before it
    }
}
