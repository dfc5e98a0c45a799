using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Storage;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Files;
using Microsoft.Extensions.DependencyInjection;

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
        services.AddSingleton(StorageSettings.Read(settings));
        services.AddSingleton(new GeneratorChoice("placeholder"));
        services.AddCatalog(DataRootOptions.Read(settings));
        return services;
    }
}
