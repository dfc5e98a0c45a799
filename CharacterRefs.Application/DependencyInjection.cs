using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.Jobs;
using CharacterRefs.Application.Jobs.Archive;
using CharacterRefs.Application.Jobs.AssociateReferences;
using CharacterRefs.Application.Jobs.BackupJobAsset;
using CharacterRefs.Application.Jobs.DeleteJob;
using CharacterRefs.Application.Jobs.DissociateReference;
using CharacterRefs.Application.Jobs.DownloadJobAssets;
using CharacterRefs.Application.Jobs.ListJobAssets;
using CharacterRefs.Application.Jobs.ListJobReferences;
using CharacterRefs.Application.Jobs.Metadata;
using CharacterRefs.Application.Jobs.PersistJobAssets;
using CharacterRefs.Application.Jobs.RepairJobAssets;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Jobs.VerifyJobAssets;
using CharacterRefs.Application.References;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.References.Cache;
using CharacterRefs.Application.References.DeleteReference;
using CharacterRefs.Application.References.DeliverReference;
using CharacterRefs.Application.References.FindReference;
using CharacterRefs.Application.References.ListReferences;
using CharacterRefs.Application.References.PersistReference;
using CharacterRefs.Application.References.PresignReference;
using CharacterRefs.Application.References.UploadReference;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Storage;
using CharacterRefs.Application.Storage.ReadSignedAsset;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Application;

/// <summary>Registers the use cases, by name.</summary>
public static class DependencyInjection
{
    /// <summary>Adds every handler; the ports come from the infrastructure.</summary>
    public static IServiceCollection AddApplication(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(GenerationSettings.Read(settings));
        services.AddSingleton<StorageMeter>();
        services.AddSingleton<ReferenceIntake>();
        services.AddSingleton<OrphanIntake>();
        services.AddSingleton<ObjectAdoption>();
        services.AddSingleton<ReferenceLookup>();
        services.AddSingleton<GenerationRequests>();
        services.AddSingleton<SlotRunner>();
        services.AddSingleton<GenerateReferencesHandler>();
        services.AddSingleton<UploadReferenceHandler>();
        services.AddSingleton<FindReferenceHandler>();
        services.AddSingleton<DeliverReferenceHandler>();
        services.AddSingleton<PersistReferenceHandler>();
        services.AddSingleton<PresignReferencesHandler>();
        services.AddSingleton<UploadAttempt>();
        services.AddSingleton<UploadRound>();
        services.AddSingleton<RemovalRound>();
        services.AddSingleton<CopyVerification>();
        services.AddSingleton<PendingUploads>();
        services.AddSingleton<CacheEviction>();
        services.AddSingleton<PersistedImages>();
        services.AddSingleton<ReferenceLocator>();
        services.AddSingleton<LocalCopies>();
        services.AddSingleton<ReadSignedAssetHandler>();
        services.AddSingleton<ListReferencesHandler>();
        services.AddSingleton<DeleteReferenceHandler>();
        services.AddSingleton<FileAdoption>();
        services.AddSingleton(JobSettings.Read(settings));
        services.AddSingleton<JobLocks>();
        services.AddSingleton<JobUrlSigner>();
        services.AddSingleton<LockedWorkspaces>();
        services.AddSingleton<ManifestStore>();
        services.AddSingleton<WorkspaceImages>();
        services.AddSingleton<JobReferenceCopies>();
        services.AddSingleton<AssociateReferencesHandler>();
        services.AddSingleton<ListJobReferencesHandler>();
        services.AddSingleton<DissociateReferenceHandler>();
        services.AddSingleton<SetMoves>();
        services.AddSingleton<JobObjects>();
        services.AddSingleton<SetWriter>();
        services.AddSingleton<SetFileWriter>();
        services.AddSingleton<WorkspaceDigests>();
        services.AddSingleton<WorkspaceUploader>();
        services.AddSingleton<PersistJobAssetsHandler>();
        services.AddSingleton<BackupJobAssetHandler>();
        services.AddSingleton<FindJobMetadataHandler>();
        services.AddSingleton<ReplaceJobMetadataHandler>();
        services.AddSingleton<ArchiveJobHandler>();
        services.AddSingleton<SetReader>();
        services.AddSingleton<SetTransfers>();
        services.AddSingleton<SetInspection>();
        services.AddSingleton<DownloadJobAssetsHandler>();
        services.AddSingleton<ListJobAssetsHandler>();
        services.AddSingleton<VerifyJobAssetsHandler>();
        services.AddSingleton<RepairJobAssetsHandler>();
        services.AddSingleton<DeleteJobHandler>();
        return services;
    }
}
