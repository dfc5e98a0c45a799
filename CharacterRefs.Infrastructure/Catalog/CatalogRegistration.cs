using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Infrastructure.Files;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>Registers the catalog in SQLite at <c>{DATA_ROOT}/catalog.db</c>.</summary>
internal static class CatalogRegistration
{
    public static IServiceCollection AddCatalog(this IServiceCollection services, DataRootOptions dataRoot)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(dataRoot.Path, "catalog.db") }.ToString();
        services.AddPooledDbContextFactory<CatalogDbContext>(options => options.UseSqlite(connection));
        services.AddSingleton<CatalogDatabase>();
        services.AddSingleton<IReferenceCatalog, ReferenceCatalog>();
        services.AddSingleton<IUploadQueue, UploadQueue>();
        services.AddSingleton<IGenerationLedger, GenerationLedger>();
        services.AddSingleton<IJobCatalog, JobCatalog>();
        services.AddSingleton<IJobLeases, JobLeases>();
        services.TryAddSingleton(WebhookSettings.None);
        services.TryAddSingleton<WebhookSignal>();
        services.AddSingleton<IWebhookOutbox, WebhookOutbox>();
        services.AddSingleton<IDigestMemory, DigestMemory>();
        services.AddHostedService<CatalogMigration>();
        return services;
    }
}
