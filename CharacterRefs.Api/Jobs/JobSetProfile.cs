using AutoMapper;
using CharacterRefs.Application.Jobs;
using CharacterRefs.Application.Jobs.BackupJobAsset;
using CharacterRefs.Application.Jobs.PersistJobAssets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Api.Jobs;

/// <summary>Sets of jobs, to contract.</summary>
internal sealed class JobSetProfile : Profile
{
    public JobSetProfile()
    {
        CreateMap<PresignedUrl, string>().ConvertUsing(url => url == null ? null! : url.Url); // also called where there is none
        CreateMap<JobFileFailure, FailedJobFile>().ForMember(failed => failed.Error, map => map.MapFrom(failure => failure.Error.ToString()));
        CreateMap<PersistedJobAssets, PersistJobAssetsResponse>()
            .IncludeMembers(persisted => persisted.Urls)
            .ForMember(response => response.JobId, map => map.MapFrom(persisted => persisted.JobId.ToString()))
            .ForMember(response => response.Manifest, map => map.MapFrom(persisted => Summary(persisted.Manifest, persisted.Failed.Count == 0)));
        CreateMap<JobSetUrls, PersistJobAssetsResponse>(AutoMapper.MemberList.None);
        CreateMap<JobAssetBackup, BackupJobAssetResponse>()
            .ForMember(response => response.JobId, map => map.MapFrom(backup => backup.JobId.ToString()))
            .ForMember(response => response.Path, map => map.MapFrom(backup => backup.Version.Of.Value))
            .ForMember(response => response.VersionPath, map => map.MapFrom(backup => backup.Version.Asset.Path.Value))
            .ForMember(response => response.Version, map => map.MapFrom(backup => backup.Version.Number))
            .ForMember(response => response.Url, map => map.MapFrom(backup => backup.Url.Url))
            .ForMember(response => response.ExpiresAt, map => map.MapFrom(backup => backup.Url.ExpiresAt));
    }

    private static JobManifestSummary? Summary(JobManifest? manifest, bool isComplete) => manifest is null ? null : new JobManifestSummary
    {
        Path = AssetLayout.JobManifest(manifest.JobId).Value,
        StoredAt = manifest.StoredAt,
        Complete = isComplete,
        FileCount = manifest.Files.Count,
        TotalBytes = manifest.Files.Sum(file => file.SizeBytes),
    };
}
