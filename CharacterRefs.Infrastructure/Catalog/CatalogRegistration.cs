using CharacterRefs.Application.Events;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Webhooks;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>Registers the adapters that every engine shares.</summary>
internal static class CatalogRegistration
{
    /// <summary>
    /// Adds what works on any engine. The engine adds its <see cref="ICatalogEngine"/>, its <see cref="ICatalogNode"/>, the factory of its contexts and its
    /// migration.
    /// </summary>
    public static IServiceCollection AddCatalogAdapters(this IServiceCollection services)
    {
        services.AddSingleton<CatalogDatabase>();
        services.AddSingleton<IReferenceCatalog, ReferenceCatalog>();
        services.AddSingleton<IDerivativeCatalog, DerivativeCatalog>();
        services.AddSingleton<IUploadQueue, UploadQueue>();
        services.AddSingleton<GenerationChanges>();
        services.TryAddSingleton<GenerationMeter>();
        services.AddSingleton<IGenerationLedger, GenerationLedger>();
        services.AddSingleton<IJobCatalog, JobCatalog>();
        services.AddSingleton<IJobLeases, JobLeases>();
        services.AddSingleton<CatalogIdentity>();
        services.AddSingleton<SharedStates>();
        services.TryAddSingleton(WebhookSettings.None);
        services.TryAddSingleton<WebhookSignal>();
        services.TryAddSingleton<EventLog>();
        services.AddSingleton<IWebhookOutbox, WebhookOutbox>();
        services.AddSingleton<IDigestMemory, DigestMemory>();
        services.AddSingleton<BacklogReader>();
        services.AddHostedService<BacklogGauges>();
        return services;
    }
}
