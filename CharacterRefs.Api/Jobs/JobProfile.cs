using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Jobs;
using CharacterRefs.Application.Jobs.BackupJobAsset;
using CharacterRefs.Application.Jobs.DownloadJobAssets;
using CharacterRefs.Application.Jobs.Files;
using CharacterRefs.Application.Jobs.ListJobAssets;
using CharacterRefs.Application.Jobs.ListJobReferences;
using CharacterRefs.Application.Jobs.ListJobs;
using CharacterRefs.Application.Jobs.PersistJobAssets;
using CharacterRefs.Application.Jobs.RepairJobAssets;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Jobs.Uploads;
using CharacterRefs.Application.Jobs.VerifyJobAssets;

namespace CharacterRefs.Api.Jobs;

/// <summary>Maps jobs, their images and their assets to contracts.</summary>
internal sealed class JobProfile : Profile
{
    public JobProfile()
    {
        CreateMap<JobAssetRole, string>().ConvertUsing(role => JsonFields.NameOf(role.ToString()));
        CreateMap<VerifyDepth, string>().ConvertUsing(depth => JsonFields.NameOf(depth.ToString()));
        CreateMap<JobFileFailure, FailedJobFile>();
        CreateMap<ReplacedJobFile, JobFile>();
        CreateMap<UploadState, string>().ConvertUsing(state => JsonFields.NameOf(state.ToString()));
        CreateMap<PlannedUpload, PresignedJobUpload>()
            .ForMember(upload => upload.Path, map => map.MapFrom(planned => planned.File.Path))
            .ForMember(upload => upload.Url, map => map.MapFrom(planned => planned.Url == null ? null : planned.Url.Url))
            .ForMember(upload => upload.ExpiresAt, map => map.MapFrom(planned => planned.Url == null ? (DateTimeOffset?)null : planned.Url.ExpiresAt));
        CreateMap<CommittedUploads, CommitJobUploadsResponse>()
            .ForMember(response => response.Manifest, map => map.MapFrom(
                committed => Summary(committed.Manifest, committed.Failed.Count == 0 && committed.Manifest!.RefusedFiles.Count == 0)));

        CreateMap<JobSummary, ListedJob>()
            .ForMember(job => job.Complete, map => map.MapFrom(summary => summary.IsComplete));
        CreateMap<JobReferenceSet, JobCharacterReferenceList>();
        CreateMap<JobReference, JobCharacterReference>()
            .IncludeMembers(item => item.Reference)
            .ForMember(contract => contract.CloudPath, map => map.MapFrom(item => item.Key))
            .ForMember(contract => contract.ExpiresAt, map => map.MapFrom(item => item.Url.ExpiresAt));
        CreateMap<CharacterReference, JobCharacterReference>(AutoMapper.MemberList.None)
            .ForMember(contract => contract.ImageId, map => map.MapFrom(reference => reference.Id))
            .ForMember(contract => contract.ContentType, map => map.MapFrom(reference => reference.Format.MediaType));

        CreateMap<PersistedJobAssets, PersistJobAssetsResponse>()
            .IncludeMembers(persisted => persisted.Urls)
            .ForMember(response => response.Manifest, map => map.MapFrom(persisted => Summary(persisted.Manifest, persisted.Failed.Count == 0)));
        CreateMap<JobSetUrls, PersistJobAssetsResponse>(AutoMapper.MemberList.None);
        CreateMap<DownloadedJobAssets, DownloadJobAssetsResponse>();
        CreateMap<RepairedJobAssets, RepairJobAssetsResponse>()
            .ForMember(response => response.Complete, map => map.MapFrom(repaired => repaired.IsComplete));
        CreateMap<VerifiedJobAssets, VerifyJobAssetsResponse>()
            .ForMember(response => response.Complete, map => map.MapFrom(verified => verified.IsComplete));
        CreateMap<JobAssetBackup, BackupJobAssetResponse>()
            .ForMember(response => response.Path, map => map.MapFrom(backup => backup.Version.Of))
            .ForMember(response => response.VersionPath, map => map.MapFrom(backup => backup.Version.Asset.Path))
            .ForMember(response => response.Version, map => map.MapFrom(backup => backup.Version.Number))
            .ForMember(response => response.ExpiresAt, map => map.MapFrom(backup => backup.Url.ExpiresAt));

        CreateMap<JobAssetListing, JobAssetList>()
            .ForMember(list => list.Complete, map => map.MapFrom(listed => listed.IsComplete))
            .ForMember(list => list.FileCount, map => map.MapFrom(listed => listed.Files.Count))
            .ForMember(list => list.TotalBytes, map => map.MapFrom(listed => listed.Files.Sum(asset => asset.File.SizeBytes)));
        CreateMap<ListedJobAsset, StoredJobAsset>()
            .IncludeMembers(listed => listed.File)
            .ForMember(asset => asset.ExpiresAt, map => map.MapFrom(listed => listed.Url.ExpiresAt));
        CreateMap<SetFile, StoredJobAsset>(AutoMapper.MemberList.None)
            .ForMember(asset => asset.Role, map => map.MapFrom(file => file.Path.Role))
            .ForMember(asset => asset.Sha256, map => map.MapFrom(file => file.Sha256 == null ? null : file.Sha256.ToString()))
            .ForMember(asset => asset.Crc32, map => map.MapFrom(file => Hexadecimal(file.Crc32)))
            .ForMember(asset => asset.ContentType, map => map.MapFrom(file => file.MediaType))
            .ForMember(asset => asset.CloudPath, map => map.MapFrom(file => file.Key));
    }

    private static string? Hexadecimal(uint? number) => number?.ToString("x8", CultureInfo.InvariantCulture);

    private static JobManifestSummary? Summary(JobManifest? manifest, bool isComplete) => manifest is null ? null : new JobManifestSummary
    {
        Path = AssetLayout.JobManifest(manifest.JobId).Value,
        StoredAt = manifest.StoredAt,
        Complete = isComplete,
        FileCount = manifest.Files.Count,
        TotalBytes = manifest.Files.Sum(file => file.SizeBytes),
    };
}
