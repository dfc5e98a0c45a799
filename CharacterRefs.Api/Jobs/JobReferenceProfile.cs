using AutoMapper;
using CharacterRefs.Application.Jobs;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Api.Jobs;

/// <summary>Images of jobs to contract.</summary>
internal sealed class JobReferenceProfile : Profile
{
    public JobReferenceProfile()
    {
        CreateMap<JobReferenceSet, JobCharacterReferenceList>()
            .ForMember(list => list.JobId, map => map.MapFrom(set => set.JobId.ToString()));
        CreateMap<JobReference, JobCharacterReference>()
            .IncludeMembers(item => item.Reference)
            .ForMember(contract => contract.CloudPath, map => map.MapFrom(item => item.Key.Value))
            .ForMember(contract => contract.Url, map => map.MapFrom(item => item.Url.Url))
            .ForMember(contract => contract.ExpiresAt, map => map.MapFrom(item => item.Url.ExpiresAt));
        CreateMap<CharacterReference, JobCharacterReference>(AutoMapper.MemberList.None)
            .ForMember(contract => contract.ImageId, map => map.MapFrom(reference => reference.Id.ToString()))
            .ForMember(contract => contract.ContentType, map => map.MapFrom(reference => reference.Format.MediaType))
            .ForMember(contract => contract.Sha256, map => map.MapFrom(reference => reference.Sha256.ToString()));
    }
}
