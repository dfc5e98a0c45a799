using System.Globalization;
using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Jobs;
using CharacterRefs.Application.Jobs.DownloadJobAssets;
using CharacterRefs.Application.Jobs.ListJobAssets;
using CharacterRefs.Application.Jobs.RepairJobAssets;
using CharacterRefs.Application.Jobs.VerifyJobAssets;

namespace CharacterRefs.Api.Jobs;

/// <summary>What the store has of a job, and what came of work on it, to contract.</summary>
internal sealed class JobProfile : Profile
{
    public JobProfile()
    {
        CreateMap<DownloadedJobAssets, DownloadJobAssetsResponse>()
            .ForMember(response => response.JobId, map => map.MapFrom(downloaded => downloaded.JobId.ToString()))
            .ForMember(response => response.Failed, map => map.MapFrom(downloaded => Failures(downloaded.Failed)));
        CreateMap<RepairedJobAssets, RepairJobAssetsResponse>()
            .ForMember(response => response.JobId, map => map.MapFrom(repaired => repaired.JobId.ToString()))
            .ForMember(response => response.Complete, map => map.MapFrom(repaired => repaired.IsComplete))
            .ForMember(response => response.Failed, map => map.MapFrom(repaired => Failures(repaired.Failed)));
        CreateMap<VerifiedJobAssets, VerifyJobAssetsResponse>()
            .ForMember(response => response.JobId, map => map.MapFrom(verified => verified.JobId.ToString()))
            .ForMember(response => response.Complete, map => map.MapFrom(verified => verified.IsComplete))
            .ForMember(response => response.Depth, map => map.MapFrom(verified => JsonFields.NameOf(verified.Depth.ToString())));
        CreateMap<ListedJobAssets, JobAssetList>()
            .ForMember(list => list.JobId, map => map.MapFrom(listed => listed.JobId.ToString()))
            .ForMember(list => list.Complete, map => map.MapFrom(listed => listed.StoredAt != null))
            .ForMember(list => list.FileCount, map => map.MapFrom(listed => listed.Files.Count))
            .ForMember(list => list.TotalBytes, map => map.MapFrom(listed => listed.Files.Sum(asset => asset.File.SizeBytes)))
            .ForMember(list => list.FinalVideo, map => map.MapFrom(listed => listed.FinalVideo == null ? null : listed.FinalVideo.Url))
            .ForMember(list => list.Refused, map => map.MapFrom(listed => Failures(listed.Refused)));
        CreateMap<ListedJobAsset, StoredJobAsset>()
            .ForMember(asset => asset.Path, map => map.MapFrom(listed => listed.File.Path.Value))
            .ForMember(asset => asset.Role, map => map.MapFrom(listed => JsonFields.NameOf(listed.File.Path.Role.ToString())))
            .ForMember(asset => asset.SizeBytes, map => map.MapFrom(listed => listed.File.SizeBytes))
            .ForMember(asset => asset.Sha256, map => map.MapFrom(listed => listed.File.Sha256 == null ? null : listed.File.Sha256.ToString()))
            .ForMember(asset => asset.Crc32, map => map.MapFrom(listed => Hexadecimal(listed.File.Crc32)))
            .ForMember(asset => asset.ContentType, map => map.MapFrom(listed => listed.File.MediaType))
            .ForMember(asset => asset.ModifiedAt, map => map.MapFrom(listed => listed.File.ModifiedAt))
            .ForMember(asset => asset.StoredAt, map => map.MapFrom(listed => listed.File.StoredAt))
            .ForMember(asset => asset.CloudPath, map => map.MapFrom(listed => listed.File.Key.Value))
            .ForMember(asset => asset.Url, map => map.MapFrom(listed => listed.Url.Url))
            .ForMember(asset => asset.ExpiresAt, map => map.MapFrom(listed => listed.Url.ExpiresAt))
            .ForMember(asset => asset.VersionOf, map => map.MapFrom(listed => listed.VersionOf == null ? null : listed.VersionOf.Value));
    }

    private static string? Hexadecimal(uint? number) => number?.ToString("x8", CultureInfo.InvariantCulture);

    private static List<FailedJobFile> Failures(IEnumerable<JobFileFailure> failures) =>
        [.. failures.Select(failure => new FailedJobFile { Path = failure.Path, Error = failure.Error.ToString(), Detail = failure.Detail })];
}
