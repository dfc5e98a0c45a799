using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Generations;
using CharacterRefs.Infrastructure.Placeholder;
using CharacterRefs.Infrastructure.Replicate;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>Chooses what depends on the configuration, and what a start does before and beside serving.</summary>
internal static class StartupRegistration
{
    private static readonly GeneratorChoice Replicate = new("replicate");
    private static readonly GeneratorChoice Placeholder = new("placeholder");

    /// <summary><c>IMAGE_GENERATOR</c>: <c>replicate</c> or <c>placeholder</c>; unset means Replicate, or in Development without a token the placeholder.</summary>
    public static IServiceCollection AddImageGenerator(this IServiceCollection services, Settings settings, bool isDevelopment)
    {
        var options = ReplicateOptions.Read(settings);
        var choice = settings.Choice("IMAGE_GENERATOR", null, new Dictionary<string, GeneratorChoice>
        {
            [Replicate.Name] = Replicate,
            [Placeholder.Name] = Placeholder,
        }) ?? (isDevelopment && options.Token is null ? Placeholder : Replicate);
        services.AddSingleton(choice);
        return choice == Placeholder ? services.AddPlaceholder() : services.AddReplicate(options);
    }

    public static IServiceCollection AddStartup(this IServiceCollection services)
    {
        services.AddHostedService<GeneratorNotice>();
        services.AddHostedService<StartupAdoption>();
        services.AddHealthChecks().AddCheck<CatalogHealth>("catalog").AddCheck<LocalDiskHealth>("local_disk");
        return services;
    }
}
