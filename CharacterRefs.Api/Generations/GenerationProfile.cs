using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.References;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Generations.ReportUsage;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.References;

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
            .ForMember(image => image.ContentUrl, map => map.MapFrom(reference => ReferenceProfile.ContentUrl(reference.Id)))
            .ForMember(image => image.Derivatives, map => map.MapFrom(reference => ReferenceProfile.DerivativesOf(reference.Id)));

        CreateMap<SlotFailure, GenerationFailure>()
            .ForMember(failure => failure.Paid, map => map.MapFrom(slot => slot.IsPaid));
        CreateMap<Generation, GenerationMetadata>()
            .ForMember(metadata => metadata.GenerationId, map => map.MapFrom(generation => generation.Id))
            .ForMember(metadata => metadata.CharacterDescription, map => map.MapFrom(generation => generation.Description))
            .ForMember(metadata => metadata.ModelUsed, map => map.MapFrom(generation => generation.Model))
            .ForMember(metadata => metadata.NumImagesRequested, map => map.MapFrom(generation => generation.Slots.Count))
            .ForMember(metadata => metadata.NumImagesGenerated, map => map.MapFrom(generation =>
                generation.Slots.Count(slot => slot.State == GenerationSlotState.Succeeded)))
            .ForMember(metadata => metadata.GenerationTimestamp, map => map.MapFrom(generation => generation.CreatedAt))
            .ForMember(metadata => metadata.Failures, map => map.MapFrom(generation => SlotFailure.Of(generation)));

        CreateMap<Generation, GenerationResource>()
            .ForMember(resource => resource.Status, map => map.MapFrom(generation => JsonFields.NameOf(generation.Status.ToString())))
            .ForMember(resource => resource.CharacterDescription, map => map.MapFrom(generation => generation.Description))
            .ForMember(resource => resource.ModelUsed, map => map.MapFrom(generation => generation.Model))
            .ForMember(resource => resource.ConfigFlavor, map => map.MapFrom(generation => generation.Flavor))
            .ForMember(resource => resource.NumImagesRequested, map => map.MapFrom(generation => generation.Slots.Count))
            .ForMember(resource => resource.CostEstimateUsd, map => map.MapFrom(generation => generation.CostEstimate))
            .ForMember(
                resource => resource.RetriedFrom, map => map.MapFrom(generation => generation.RetriedFrom == null ? null : generation.RetriedFrom.ToString()))
            .ForMember(resource => resource.Images, map => map.MapFrom(_ => Array.Empty<GeneratedImage>())) // found in the catalog
            .ForMember(resource => resource.Failures, map => map.MapFrom(generation => SlotFailure.Of(generation)))
            .ForMember(resource => resource.Urls, map => map.MapFrom(generation => UrlsOf(generation)));
        CreateMap<GenerationSlot, GenerationSlotResource>()
            .ForMember(resource => resource.State, map => map.MapFrom(slot => JsonFields.NameOf(slot.State.ToString())))
            .ForMember(resource => resource.ImageId, map => map.MapFrom(slot => HasImage(slot) ? slot.ImageId.ToString() : null))
            .ForMember(resource => resource.ContentUrl, map => map.MapFrom(slot => HasImage(slot) ? ReferenceProfile.ContentUrl(slot.ImageId) : null))
            .ForMember(resource => resource.Detail, map => map.MapFrom(slot => slot.ErrorDetail))
            .ForMember(resource => resource.RateLimitWaitSeconds, map => map.MapFrom(slot => Math.Round(slot.RateLimitWait.TotalSeconds, 3)));

        CreateMap<UsageReport, UsageResponse>()
            .ForMember(response => response.TotalCostUsd, map => map.MapFrom(report => report.Days.Sum(day => day.CostUsd ?? 0)));
        CreateMap<DailyUsage, UsageDay>();
        CreateMap<RateLimitState, UsageRateLimit>()
            .ForMember(limit => limit.RequestsPerSecond, map => map.MapFrom(state => Round(state.RequestsPerSecond)));
    }

    private static double? Round(double? rate) => rate is { } value ? Math.Round(value, 3) : null;

    private static bool HasImage(GenerationSlot slot) => slot.State is GenerationSlotState.Succeeded;

    private static GenerationUrls UrlsOf(Generation generation)
    {
        var self = GenerationResponses.UrlOf(generation);
        return new GenerationUrls { Self = self, Events = $"{self}/events", Cancel = $"{self}/cancel" };
    }
}
