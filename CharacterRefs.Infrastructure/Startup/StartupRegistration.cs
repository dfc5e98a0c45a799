using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Generations;
using CharacterRefs.Infrastructure.Placeholder;
using CharacterRefs.Infrastructure.Replicate;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>Registers the configured image generator, and what runs at start-up and beside requests.</summary>
internal static class StartupRegistration
{
    private static readonly GeneratorChoice s_replicate = new("replicate");
    private static readonly GeneratorChoice s_placeholder = new("placeholder");

    /// <summary>
    /// <c>IMAGE_GENERATOR</c>: <c>replicate</c> or <c>placeholder</c>; unset means Replicate, or in Development without a token the placeholder.
    /// </summary>
    public static IServiceCollection AddImageGenerator(this IServiceCollection services, Settings settings, bool isDevelopment)
    {
        var options = ReplicateOptions.Read(settings);
        var choice = settings.Choice("IMAGE_GENERATOR", null, new Dictionary<string, GeneratorChoice>
        {
            [s_replicate.Name] = s_replicate,
            [s_placeholder.Name] = s_placeholder,
        }) ?? (isDevelopment && options.Token is null ? s_placeholder : s_replicate);
        services.AddSingleton(choice);
        return choice == s_placeholder ? services.AddPlaceholder() : services.AddReplicate(options);
    }

    /// <summary>Adds the workers of the storage, to start after the bucket was checked and the catalog has its schema.</summary>
    public static IServiceCollection AddStorageWorkers(this IServiceCollection services)
    {
        services.AddHostedService<StoreChange>();
        services.AddHostedService<UploadWorker>();
        services.AddHostedService<EvictionWorker>();
        return services;
    }

    public static IServiceCollection AddStartup(this IServiceCollection services)
    {
        services.AddHostedService<GeneratorNotice>();
        services.AddHostedService<StartupAdoption>();
        services.AddHostedService<GenerationWorker>();
        services.AddHealthChecks().AddCheck<CatalogHealth>("catalog").AddCheck<LocalDiskHealth>("local_disk");
        return services;
    }
}
