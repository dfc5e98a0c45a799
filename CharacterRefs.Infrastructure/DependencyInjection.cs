using CharacterRefs.Application;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Infrastructure.Catalog.Postgres;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Infrastructure.Catalog.Transfer;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Imaging;
using CharacterRefs.Infrastructure.Startup;
using CharacterRefs.Infrastructure.Storage;
using CharacterRefs.Infrastructure.Webhooks;
using CharacterRefs.Infrastructure.Workspaces;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace CharacterRefs.Infrastructure;

/// <summary>Registers the use cases with their adapters, and the adapters alone: one line per folder.</summary>
public static class DependencyInjection
{
    /// <summary>
    /// Adds all use cases, the classes whose names end in <c>Handler</c>, with everything that they need. This is the whole of CharacterRefs for a program
    /// that calls it in its own process. The directory <c>DATA_ROOT</c> is made and tried now. The rest of a start is done by the hosted services, in their
    /// order: the directory is locked, the bucket is tried, the catalog gets its schema, workers begin. A <see cref="IHost"/> starts them; without one, start
    /// each <see cref="IHostedService"/> before the first use and stop them in reverse.
    /// </summary>
    /// <param name="services">Where to. May be empty: logging, metrics and the clock are added unless they are there.</param>
    /// <param name="configuration">
    /// Holds the variables of <c>docs/configuration.md</c> as flat keys. <c>REPLICATE_MODEL</c> and the flavor <c>default</c> must be set. The placeholder
    /// is used when <c>IMAGE_GENERATOR</c> is <c>placeholder</c>, or in the environment <c>Development</c> without a token.
    /// </param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="InvalidSettingsException">At least one variable is not acceptable; every one is named.</exception>
    public static IServiceCollection AddCharacterRefs(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = new Settings(configuration);
        var isDevelopment = string.Equals(configuration[HostDefaults.EnvironmentKey], Environments.Development, StringComparison.OrdinalIgnoreCase);
        services.AddCharacterRefs(settings, isDevelopment);
        settings.ThrowIfInvalid();
        return services;
    }

    /// <summary>The same for a host that reads variables of its own and calls <see cref="Settings.ThrowIfInvalid"/> when it has read them all.</summary>
    /// <param name="isDevelopment">Whether the placeholder may be used when no token is set.</param>
    public static IServiceCollection AddCharacterRefs(this IServiceCollection services, Settings settings, bool isDevelopment)
    {
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton(settings);
        services.AddApplication(settings);
        return services.AddInfrastructure(settings, isDevelopment);
    }

    /// <summary>Adds an adapter for every port.</summary>
    /// <param name="isDevelopment">Whether the placeholder may be used when no token is set.</param>
    public static IServiceCollection AddInfrastructure(this IServiceCollection services, Settings settings, bool isDevelopment)
    {
        var dataRoot = DataRootOptions.Read(settings);
        services.AddSingleton(new DataRootLock(dataRoot));
        services.AddHostedService(provider => provider.GetRequiredService<DataRootLock>()); // first, so that a second process touches nothing
        var catalog = CatalogSettings.Read(settings);
        services.AddSingleton(catalog);
        services.AddClock(catalog);
        var storage = services.AddStorage(settings, dataRoot, catalog);
        services.AddReferenceFiles(settings, dataRoot);
        var webhooks = WebhookSettings.Read(settings);
        services.AddSingleton(webhooks);
        services.AddCatalog(settings, catalog, dataRoot, storage.HasBucket);
        services.AddSingleton<ICatalogTransfer, CatalogTransfer>();
        services.AddWebhooks(webhooks);
        services.AddStorageWorkers();
        services.AddWorkspaces(settings, dataRoot);
        services.AddImaging(ImageDecodingOptions.Read(settings));
        services.AddImageGenerator(settings, dataRoot, isDevelopment);
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
        services.KeepMigrationOnly();
        if (hasBucket)
        {
            services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(provider => provider.GetRequiredService<StorageCheck>()));
        }

        services.AddHostedService<StoreChange>();
        return services;
    }

    /// <summary>The same, for a command that copies the catalog to another place: services of this <c>DATA_ROOT</c> are kept away.</summary>
    public static IServiceCollection KeepLockAndMigrationOnly(this IServiceCollection services)
    {
        services.KeepMigrationOnly();
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(provider => provider.GetRequiredService<DataRootLock>()));
        return services;
    }

    /// <summary>The same, for a command that only reads the catalog while services use it.</summary>
    public static IServiceCollection KeepNothing(this IServiceCollection services) => services.RemoveAll<IHostedService>();

    /// <summary>The same, for a command that only brings the schema of the catalog up to date.</summary>
    public static IServiceCollection KeepMigrationOnly(this IServiceCollection services)
    {
        var others = services
            .Where(service => service.ServiceType == typeof(IHostedService)
                && service.ImplementationType != typeof(SqliteMigration) && service.ImplementationType != typeof(PostgresMigration))
            .ToList();
        others.ForEach(service => services.Remove(service));
        return services;
    }
}
