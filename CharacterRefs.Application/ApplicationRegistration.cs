using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Events;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Application.Jobs;
using CharacterRefs.Application.Jobs.Archive;
using CharacterRefs.Application.Jobs.AssociateReferences;
using CharacterRefs.Application.Jobs.Files;
using CharacterRefs.Application.Jobs.PersistJobAssets;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Jobs.VerifyJobAssets;
using CharacterRefs.Application.Nodes;
using CharacterRefs.Application.References;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.References.Cache;
using CharacterRefs.Application.References.Derivatives;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Application;

/// <summary>Registers the use cases and what they consist of.</summary>
public static class ApplicationRegistration
{
    /// <summary>Adds every handler, by the end of its name; the ports come from the infrastructure.</summary>
    public static IServiceCollection AddApplication(this IServiceCollection services, Settings settings)
    {
        var types = typeof(ApplicationRegistration).Assembly.GetExportedTypes();
        foreach (var handler in types.Where(type => type.Name.EndsWith("Handler", StringComparison.Ordinal)))
        {
            services.AddSingleton(handler);
        }

        services.AddSingleton(GenerationSettings.Read(settings));
        services.AddSingleton(ModelPrices.Read(settings));
        services.AddSingleton<StorageMeter>();
        services.AddSingleton<LeaseMeter>();
        services.AddSingleton<ReferenceIntake>();
        services.AddSingleton<OrphanIntake>();
        services.AddSingleton<ObjectAdoption>();
        services.AddSingleton<ReferenceLookup>();
        services.AddSingleton<JobImageAdoption>();
        services.AddSingleton<JobImageSearch>();
        services.AddSingleton<GenerationReferences>();
        services.AddSingleton<RequestResolver>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<GenerationFeed>();
        services.AddSingleton<SlotJournal>();
        services.AddSingleton<PublishedImages>();
        services.AddSingleton<ImageKeeper>();
        services.AddSingleton<SlotRunner>();
        services.AddSingleton<GenerationRunner>();
        services.AddSingleton<RemoteChanges>();
        services.AddSingleton<ServiceStop>();
        services.AddSingleton<WorkSignal>();
        services.AddSingleton<GenerationStart>();
        services.AddSingleton<GenerationImages>();
        services.AddSingleton<UploadAttempt>();
        services.AddSingleton<UploadRound>();
        services.AddSingleton<UploadSignal>();
        services.AddSingleton<RemovalRound>();
        services.AddSingleton<CopyVerification>();
        services.AddSingleton<UploadIntake>();
        services.AddSingleton<CacheEviction>();
        services.AddSingleton<PersistedImages>();
        services.AddSingleton<ReferenceLocator>();
        services.AddSingleton<FileIntegrity>();
        services.AddSingleton<VerifiedLocalFiles>();
        services.AddSingleton<FileFetch>();
        services.AddSingleton<LocalCopies>();
        services.AddSingleton<PersistedCopyCheck>();
        services.AddSingleton<LocalFileCheck>();
        services.AddSingleton<StoredFileCheck>();
        services.AddSingleton<DerivativeCheck>();
        services.AddSingleton<DerivativeCache>();
        services.AddSingleton<DerivativeUrls>();
        services.AddSingleton<LocalFileIntake>();
        services.AddSingleton<FileAdoption>();
        services.AddSingleton(JobSettings.Read(settings));
        services.AddSingleton<JobLocks>();
        services.AddSingleton<JobUrlSigner>();
        services.AddSingleton<LockedWorkspaces>();
        services.AddSingleton<ManifestStore>();
        services.AddSingleton<WorkspaceImages>();
        services.AddSingleton<JobReferenceCopies>();
        services.AddSingleton<SetMoves>();
        services.AddSingleton<JobObjects>();
        services.AddSingleton<SetWriter>();
        services.AddSingleton<SetFileWriter>();
        services.AddSingleton<WorkspaceDigests>();
        services.AddSingleton<WorkspaceUploader>();
        services.AddSingleton<PersistReport>();
        services.AddSingleton<ArchiveFiles>();
        services.AddSingleton<SetReader>();
        services.AddSingleton<SetTransfers>();
        services.AddSingleton<JobActivities>();
        services.AddSingleton<SetInspection>();
        services.AddSingleton<JobFileReader>();
        return services;
    }
}
