using AutoMapper;
using CharacterRefs.Api.References;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.References;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Api.Generations;

/// <summary>Maps generations to their contracts.</summary>
internal sealed class GenerationProfile : Profile
{
    public GenerationProfile()
    {
        CreateMap<LocatedReference, GeneratedImage>()
            .IncludeMembers(stored => stored.Reference)
            .ForMember(image => image.Base64, map => map.Ignore()) // streamed while the response is written
            .ForMember(image => image.CloudUrl, map => map.MapFrom(stored => stored.Url));
        CreateMap<CharacterReference, GeneratedImage>(AutoMapper.MemberList.None)
            .ForMember(image => image.Format, map => map.MapFrom(reference => reference.Format.Extension))
            .ForMember(image => image.Seed, map => map.MapFrom(reference => reference.Provenance!.Seed))
            .ForMember(image => image.ContentUrl, map => map.MapFrom(reference => ReferenceProfile.ContentUrl(reference.Id)));

        CreateMap<SlotFailure, GenerationFailure>()
            .ForMember(failure => failure.Error, map => map.MapFrom(slot => slot.Error.Kind))
            .ForMember(failure => failure.Detail, map => map.MapFrom(slot => slot.Error.Detail));
        CreateMap<GeneratedReferences, GenerateCharacterReferenceResponse>()
            .ForMember(response => response.Metadata, map => map.MapFrom(generated => generated));
        CreateMap<GeneratedReferences, GenerationMetadata>()
            .IncludeMembers(generated => generated.Generation)
            .ForMember(metadata => metadata.NumImagesGenerated, map => map.MapFrom(generated => generated.Images.Count));
        CreateMap<Generation, GenerationMetadata>(AutoMapper.MemberList.None)
            .ForMember(metadata => metadata.GenerationId, map => map.MapFrom(generation => generation.Id))
            .ForMember(metadata => metadata.CharacterDescription, map => map.MapFrom(generation => generation.Description))
            .ForMember(metadata => metadata.ModelUsed, map => map.MapFrom(generation => generation.Model))
            .ForMember(metadata => metadata.NumImagesRequested, map => map.MapFrom(generation => generation.Slots.Count))
            .ForMember(metadata => metadata.GenerationTimestamp, map => map.MapFrom(generation => generation.CreatedAt));
    }
}
