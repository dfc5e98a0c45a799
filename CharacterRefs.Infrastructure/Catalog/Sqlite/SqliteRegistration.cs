using CharacterRefs.Infrastructure.Files;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog.Sqlite;

/// <summary>Registers the catalog in SQLite at <c>{DATA_ROOT}/catalog.db</c>.</summary>
internal static class SqliteRegistration
{
    public static IServiceCollection AddSqliteCatalog(this IServiceCollection services, DataRootOptions dataRoot)
    {
        var file = new CatalogFile(dataRoot);
        var connection = ConnectionString(file);
        services.AddSingleton(file);
        services.AddSingleton(new DiskReserve(dataRoot));
        services.AddPooledDbContextFactory<CatalogDbContext>(options => options.UseSqlite(
            connection, sqlite => sqlite.UseParameterizedCollectionMode(CatalogDatabase.OfCollections)));
        services.AddSingleton<ICatalogEngine, SqliteEngine>();
        services.AddSingleton<ICatalogNode, SingleNode>();
        services.AddSingleton<ICatalogSignals, NoSignals>();
        services.AddHostedService<SqliteMigration>();
        return services.AddCatalogAdapters();
    }

    /// <summary>Of pooled connections.</summary>
    internal static string ConnectionString(CatalogFile file) => new SqliteConnectionStringBuilder { DataSource = file.Path }.ToString();
}
