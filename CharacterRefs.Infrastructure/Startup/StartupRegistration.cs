using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Nodes;
using CharacterRefs.Infrastructure.Catalog.Postgres;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Placeholder;
using CharacterRefs.Infrastructure.Replicate;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>Registers the configured image generator, and what runs at start-up and beside requests.</summary>
internal static class StartupRegistration
{
    private static readonly GeneratorChoice s_replicate = new("replicate");
    private static readonly GeneratorChoice s_placeholder = new("placeholder");

    /// <summary>
    /// <c>IMAGE_GENERATOR</c>: <c>replicate</c> or <c>placeholder</c>; unset means Replicate, or in Development without a token the placeholder.
    /// </summary>
    public static IServiceCollection AddImageGenerator(
        this IServiceCollection services, Settings settings, DataRootOptions dataRoot, bool isDevelopment)
    {
        var options = ReplicateOptions.Read(settings);
        var choice = settings.Choice("IMAGE_GENERATOR", null, new Dictionary<string, GeneratorChoice>
        {
            [s_replicate.Name] = s_replicate,
            [s_placeholder.Name] = s_placeholder,
        }) ?? (isDevelopment && options.Token is null ? s_placeholder : s_replicate);
        services.AddSingleton(choice);
        if (choice == s_placeholder)
        {
            return services.AddPlaceholder();
        }

        services.AddReplicate(options, dataRoot);
        return services.Any(service => service.ServiceType == typeof(PostgresSignals)) ? services.ShareReplicate() : services;
    }

    /// <summary>Adds the clock that all use, of this machine or of the database that nodes share; one that was added before stays.</summary>
    public static IServiceCollection AddClock(this IServiceCollection services, CatalogSettings catalog)
    {
        if (catalog.IsShared)
        {
            services.TryAddSingleton<TimeProvider>(provider => provider.GetRequiredService<DatabaseTime>());
        }

        services.TryAddSingleton(TimeProvider.System);
        return services;
    }

    /// <summary>
    /// The catalog in SQLite, or in PostgreSQL at <c>DATABASE_URL</c>. Several nodes may share a catalog in PostgreSQL, so images must be where all of them
    /// can read them.
    /// </summary>
    public static IServiceCollection AddCatalog(
        this IServiceCollection services, Settings settings, CatalogSettings catalog, DataRootOptions dataRoot, bool hasBucket)
    {
        var url = settings.Secret(
            "DATABASE_URL",
            "postgres://user:password@host:port/database, or Host=…;Database=…;Username=…;Password=…",
            value => DatabaseUrl.Parse(value) is not null);
        var node = NodeSettings.Read(settings);
        if (!catalog.IsShared)
        {
            return services.AddSqliteCatalog(dataRoot);
        }

        if (url is null)
        {
            settings.Reject($"CATALOG is \"{CatalogSettings.Postgres}\", which requires DATABASE_URL.");
        }

        if (!hasBucket)
        {
            settings.Reject($"CATALOG is \"{CatalogSettings.Postgres}\", which requires an object store: set STORAGE_BACKEND to \"s3\".");
        }

        var connectionString = url is null ? "" : DatabaseUrl.Parse(url.Reveal())!;
        services.AddPostgresCatalog(connectionString, node);
        services.AddSingleton<ISignalReceiver>(provider => provider.GetRequiredService<RemoteChanges>());
        services.AddSingleton<ISignalReceiver, RemoteWork>();
        services.AddHostedService<PostgresListener>();
        return services.AddHostedService<RemoteChangesWorker>();
    }

    /// <summary>Adds the workers of the storage, to start after the bucket was checked and the catalog has its schema.</summary>
    public static IServiceCollection AddStorageWorkers(this IServiceCollection services)
    {
        services.AddHostedService<StoreChange>();
        if (services.Any(service => service.ServiceType == typeof(S3Reachability)))
        {
            services.AddHostedService(provider => provider.GetRequiredService<S3Reachability>());
        }

        services.AddHostedService<UploadWorker>();
        services.AddHostedService<EvictionWorker>();
        services.AddHostedService<CopyCheckWorker>();
        services.AddHostedService<JobImageWorker>();
        return services;
    }

    public static IServiceCollection AddStartup(this IServiceCollection services)
    {
        services.AddHostedService<GeneratorNotice>();
        services.AddHostedService<GenerationSeries>();
        services.AddHostedService<AdoptionWorker>();
        services.AddHostedService<GenerationStop>();
        services.AddHostedService<GenerationWorker>();
        services.AddHostedService<ThumbWorker>();
        services.AddSingleton<LocalDiskHealth>();
        services.AddHealthChecks().AddCheck<CatalogHealth>("catalog").AddCheck<LocalDiskHealth>("local_disk").AddCheck<LocalFilesHealth>("local_files");
        return services;
    }
}
