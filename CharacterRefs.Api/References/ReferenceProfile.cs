using AutoMapper;
using CharacterRefs.Api.Generations;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.References;
using CharacterRefs.Application.References.DeliverReference;
using CharacterRefs.Application.References.PersistReference;
using CharacterRefs.Application.References.PresignReference;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Api.References;

/// <summary>Domain to contract, and nothing else.</summary>
internal sealed class ReferenceProfile : Profile
{
    public ReferenceProfile(StorageSettings storage)
    {
        CreateMap<StoredReference, GeneratedImage>()
            .IncludeMembers(stored => stored.Reference)
            .ForMember(image => image.Base64, map => map.Ignore()) // streamed while the answer is written
            .ForMember(image => image.CloudUrl, map => map.MapFrom(stored => stored.Url == null ? null : stored.Url.Url));
        CreateMap<CharacterReference, GeneratedImage>(AutoMapper.MemberList.None)
            .ForMember(image => image.Id, map => map.MapFrom(reference => reference.Id.ToString()))
            .ForMember(image => image.Format, map => map.MapFrom(reference => reference.Format.Extension))
            .ForMember(image => image.Sha256, map => map.MapFrom(reference => reference.Sha256.ToString()))
            .ForMember(image => image.Seed, map => map.MapFrom(reference => reference.Provenance!.Seed))
            .ForMember(image => image.ContentUrl, map => map.MapFrom(reference => ContentUrl(reference.Id)));

        CreateMap<SlotFailure, GenerationFailure>()
            .ForMember(failure => failure.Error, map => map.MapFrom(slot => slot.Error.Kind.ToString()))
            .ForMember(failure => failure.Detail, map => map.MapFrom(slot => slot.Error.Detail));
        CreateMap<GeneratedReferences, GenerateCharacterReferenceResponse>()
            .ForMember(response => response.Metadata, map => map.MapFrom(generated => generated));
        CreateMap<GeneratedReferences, GenerationMetadata>()
            .IncludeMembers(generated => generated.Generation)
            .ForMember(metadata => metadata.NumImagesGenerated, map => map.MapFrom(generated => generated.Images.Count));
        CreateMap<Generation, GenerationMetadata>(AutoMapper.MemberList.None)
            .ForMember(metadata => metadata.GenerationId, map => map.MapFrom(generation => generation.Id.ToString()))
            .ForMember(metadata => metadata.CharacterDescription, map => map.MapFrom(generation => generation.Description))
            .ForMember(metadata => metadata.ModelUsed, map => map.MapFrom(generation => generation.Model))
            .ForMember(metadata => metadata.NumImagesRequested, map => map.MapFrom(generation => generation.Slots.Count))
            .ForMember(metadata => metadata.GenerationTimestamp, map => map.MapFrom(generation => generation.CreatedAt));

        CreateMap<Delivery, ReferenceLocation>()
            .ForMember(location => location.ImageId, map => map.MapFrom(delivery => delivery.Image.Reference.Id.ToString()))
            .ForMember(location => location.ImageUrl, map => map.MapFrom(delivery => delivery.Image.Url!.Url))
            .ForMember(location => location.ExpiresAt, map => map.MapFrom(delivery => delivery.Image.Url!.ExpiresAt))
            .ForMember(location => location.CloudPath, map => map.MapFrom(delivery => delivery.Image.Reference.Stored!.Key.Value))
            .ForMember(location => location.StorageBackend, map => map.MapFrom(_ => storage.Backend))
            .ForMember(location => location.ExpiresInSeconds, map => map.MapFrom(_ => (int)storage.PresignedUrlExpiry.TotalSeconds));
        CreateMap<PresignedReference, CharacterReferenceUrl>()
            .ForMember(url => url.ImageId, map => map.MapFrom(presigned => presigned.Id.ToString()))
            .ForMember(url => url.Url, map => map.MapFrom(presigned => presigned.Url == null ? null : presigned.Url.Url))
            .ForMember(url => url.ExpiresAt, map => map.MapFrom(presigned => presigned.Url == null ? (DateTimeOffset?)null : presigned.Url.ExpiresAt))
            .ForMember(url => url.CloudPath, map => map.MapFrom(presigned => presigned.Key == null ? null : presigned.Key.Value))
            .ForMember(url => url.Error, map => map.MapFrom(presigned => presigned.Error == null ? null : presigned.Error.Kind.ToString()));
        CreateMap<PersistedReference, PersistCharacterReferenceResponse>()
            .ForMember(response => response.ImageId, map => map.MapFrom(persisted => persisted.Id.ToString()))
            .ForMember(response => response.JobId, map => map.MapFrom(persisted => persisted.JobId == null ? null : persisted.JobId.ToString()))
            .ForMember(response => response.CloudPath, map => map.MapFrom(persisted => persisted.Key.Value))
            .ForMember(response => response.CloudUrl, map => map.MapFrom(persisted => persisted.Url.Url))
            .ForMember(response => response.Outcome, map => map.MapFrom(persisted => JsonFields.NameOf(persisted.Outcome.ToString())));

        CreateMap<StoredReference, UploadCharacterReferenceResponse>()
            .ForMember(upload => upload.ImageId, map => map.MapFrom(stored => stored.Reference.Id.ToString()))
            .ForMember(upload => upload.ImageUrl, map => map.MapFrom(stored => ContentUrl(stored.Reference.Id)))
            .ForMember(upload => upload.ContentUrl, map => map.MapFrom(stored => ContentUrl(stored.Reference.Id)))
            .ForMember(upload => upload.Filename, map => map.MapFrom(stored => $"{stored.Reference.Id}.{stored.Reference.Format.Extension}"))
            .ForMember(upload => upload.ContentType, map => map.MapFrom(stored => stored.Reference.Format.MediaType))
            .ForMember(upload => upload.FileSize, map => map.MapFrom(stored => stored.Reference.SizeBytes))
            .ForMember(upload => upload.Width, map => map.MapFrom(stored => stored.Reference.Width))
            .ForMember(upload => upload.Height, map => map.MapFrom(stored => stored.Reference.Height))
            .ForMember(upload => upload.Sha256, map => map.MapFrom(stored => stored.Reference.Sha256.ToString()));

        CreateMap<StoredReference, CharacterReferenceRecord>()
            .IncludeMembers(stored => stored.Reference, stored => stored.Reference.Provenance)
            .ForMember(record => record.CloudUrl, map => map.MapFrom(stored => stored.Url == null ? null : stored.Url.Url))
            .ForMember(record => record.Jobs, map => map.MapFrom(stored => stored.Jobs.Select(job => job.ToString())))
            .ForMember(record => record.Copies, map => map.MapFrom(stored => new ReferenceCopies
            {
                Local = new LocalCopy { State = LocalState(stored) },
                Cloud = stored.Reference.Stored == null ? null : new CloudCopy
                {
                    State = JsonFields.NameOf(stored.Reference.Stored.State.ToString()),
                    CloudPath = stored.Reference.Stored.Key.Value,
                    Attempts = stored.Reference.Stored.Attempts,
                    LastError = stored.Reference.Stored.LastError,
                    StoredAt = stored.Reference.Stored.StoredAt,
                },
            }));
        CreateMap<CharacterReference, CharacterReferenceRecord>(AutoMapper.MemberList.None)
            .ForMember(record => record.Id, map => map.MapFrom(reference => reference.Id.ToString()))
            .ForMember(record => record.Origin, map => map.MapFrom(reference => JsonFields.NameOf(reference.Origin.ToString())))
            .ForMember(record => record.Format, map => map.MapFrom(reference => reference.Format.Extension))
            .ForMember(record => record.ContentType, map => map.MapFrom(reference => reference.Format.MediaType))
            .ForMember(record => record.Sha256, map => map.MapFrom(reference => reference.Sha256.ToString()))
            .ForMember(record => record.OriginalFilename, map => map.MapFrom(reference => reference.OriginalFileName))
            .ForMember(record => record.ContentUrl, map => map.MapFrom(reference => ContentUrl(reference.Id)));
        CreateMap<ReferenceProvenance, CharacterReferenceRecord>(AutoMapper.MemberList.None)
            .ForMember(record => record.GenerationId, map => map.MapFrom(provenance => provenance.GenerationId.ToString()))
            .ForMember(record => record.CharacterDescription, map => map.MapFrom(provenance => provenance.Description))
            .ForMember(record => record.ReferenceImageId, map => map.MapFrom(provenance => provenance.ReferenceImageId == null ? null : provenance.ReferenceImageId.ToString()));
    }

    private static string LocalState(StoredReference stored) =>
        stored.File is not null ? "stored" : stored.Reference.Stored is { State: StoredCopyState.Stored } ? "evicted" : "missing";

    private static string ContentUrl(CharacterReferenceId id) => $"/api/mv/character_references/{id}/content";
}
