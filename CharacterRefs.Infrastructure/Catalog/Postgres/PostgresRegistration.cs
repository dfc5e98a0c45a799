using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CharacterRefs.Infrastructure.Catalog.Postgres;

/// <summary>Registers the catalog in PostgreSQL.</summary>
internal static class PostgresRegistration
{
    /// <param name="connectionString">From <see cref="DatabaseUrl.Parse"/>.</param>
    /// <param name="node">The lease of this process.</param>
    public static IServiceCollection AddPostgresCatalog(this IServiceCollection services, string connectionString, NodeSettings node)
    {
        services.AddSingleton(_ => new PostgresSource(connectionString));
        services.AddPooledDbContextFactory<PostgresCatalogContext>((provider, options) => options.UseNpgsql(
            provider.GetRequiredService<PostgresSource>().Pool, npgsql => npgsql.UseParameterizedCollectionMode(CatalogDatabase.OfCollections)));
        services.AddSingleton<IDbContextFactory<CatalogDbContext>, PostgresContexts>();
        services.AddSingleton<ICatalogEngine, PostgresEngine>();
        services.AddSingleton<PostgresSignals>();
        services.AddSingleton<ICatalogSignals>(provider => provider.GetRequiredService<PostgresSignals>());
        services.AddHostedService<PostgresMigration>();
        services.TryAddSingleton(new DatabaseTime(TimeProvider.System));
        services.AddSingleton(node);
        services.AddSingleton<PostgresNode>();
        services.AddSingleton<ICatalogNode>(provider => provider.GetRequiredService<PostgresNode>());
        services.AddHostedService(provider => provider.GetRequiredService<PostgresNode>());
        return services.AddCatalogAdapters();
    }
}
