using CharacterRefs.Application.Configuration;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Imaging;
using CharacterRefs.Infrastructure.Startup;
using CharacterRefs.Infrastructure.Storage;
using CharacterRefs.Infrastructure.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace CharacterRefs.Infrastructure;

/// <summary>Registers the adapters: one line per folder.</summary>
public static class DependencyInjection
{
    /// <summary>Adds an adapter for every port.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="settings">The configuration.</param>
    /// <param name="isDevelopment">Whether the placeholder may stand in when no token is set.</param>
    public static IServiceCollection AddInfrastructure(this IServiceCollection services, Settings settings, bool isDevelopment)
    {
        var dataRoot = DataRootOptions.Read(settings);
        services.AddStorage(settings, dataRoot);
        services.AddReferenceFiles(settings, dataRoot);
        services.AddCatalog(dataRoot);
        services.AddStorageWorkers();
        services.AddWorkspaces(settings, dataRoot);
        services.AddImaging(ImageDecodingOptions.Read(settings));
        services.AddImageGenerator(settings, isDevelopment);
        services.AddStartup();
        return services;
    }

    /// <summary>
    /// For a command that runs to its end instead of serving: keeps of all that a start begins only what brings the catalog up to date and tries the
    /// bucket. Call it last.
    /// </summary>
    public static IServiceCollection KeepPreparationsOnly(this IServiceCollection services)
    {
        var hasBucket = services.Any(service => service.ServiceType == typeof(StorageCheck));
        services.RemoveAll<IHostedService>();
        if (hasBucket)
        {
            services.AddHostedService(provider => provider.GetRequiredService<StorageCheck>());
        }

        services.AddHostedService<CatalogMigration>();
        return services;
    }
}
