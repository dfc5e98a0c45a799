using AutoMapper;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.References;
using CharacterRefs.Application.References.DeliverReference;
using CharacterRefs.Application.References.ListPendingUploads;
using CharacterRefs.Application.References.PersistReference;
using CharacterRefs.Application.References.PresignReference;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Api.References;

/// <summary>Maps images to their contracts.</summary>
internal sealed class ReferenceProfile : Profile
{
    public ReferenceProfile(StorageSettings storage)
    {
        CreateMap<ReferenceOrigin, string>().ConvertUsing(origin => JsonFields.NameOf(origin.ToString()));
        CreateMap<RemoteCopyState, string>().ConvertUsing(state => state == RemoteCopyState.Persisted ? "stored" : "pending");
        CreateMap<SaveOutcome, string>().ConvertUsing(outcome => JsonFields.NameOf(outcome.ToString()));

        CreateMap<CharacterReference, PendingUpload>()
            .IncludeMembers(reference => reference.RemoteCopy)
            .ForMember(upload => upload.ImageId, map => map.MapFrom(reference => reference.Id));
        CreateMap<RemoteCopy, PendingUpload>(AutoMapper.MemberList.None);
        CreateMap<PendingUploadReport, PendingUploadList>().ForMember(list => list.Items, map => map.MapFrom(report => report.Oldest));
        CreateMap<Delivery, ReferenceLocation>()
            .ForMember(location => location.ImageId, map => map.MapFrom(delivery => delivery.Image.Reference.Id))
            .ForMember(location => location.ImageUrl, map => map.MapFrom(delivery => delivery.Image.Url))
            .ForMember(location => location.ExpiresAt, map => map.MapFrom(delivery => delivery.Image.Url!.ExpiresAt))
            .ForMember(location => location.CloudPath, map => map.MapFrom(delivery => delivery.Image.Reference.RemoteCopy!.Key))
            .ForMember(location => location.StorageBackend, map => map.MapFrom(_ => storage.Backend))
            .ForMember(location => location.ExpiresInSeconds, map => map.MapFrom(_ => (int)storage.PresignedUrlExpiry.TotalSeconds));
        CreateMap<PresignedReference, CharacterReferenceUrl>()
            .ForMember(url => url.ImageId, map => map.MapFrom(presigned => presigned.Id))
            .ForMember(url => url.ExpiresAt, map => map.MapFrom(presigned => presigned.Url == null ? (DateTimeOffset?)null : presigned.Url.ExpiresAt))
            .ForMember(url => url.CloudPath, map => map.MapFrom(presigned => presigned.Key))
            .ForMember(url => url.Error, map => map.MapFrom(presigned => presigned.Error == null ? null : presigned.Error.Kind.ToString()));
        CreateMap<PersistedReference, PersistCharacterReferenceResponse>()
            .ForMember(response => response.ImageId, map => map.MapFrom(persisted => persisted.Id))
            .ForMember(response => response.JobId, map => map.MapFrom(persisted => persisted.JobId == null ? null : persisted.JobId.ToString()))
            .ForMember(response => response.CloudPath, map => map.MapFrom(persisted => persisted.Key))
            .ForMember(response => response.CloudUrl, map => map.MapFrom(persisted => persisted.Url));

        CreateMap<LocatedReference, UploadCharacterReferenceResponse>().IncludeMembers(stored => stored.Reference);
        CreateMap<CharacterReference, UploadCharacterReferenceResponse>(AutoMapper.MemberList.None)
            .ForMember(upload => upload.ImageId, map => map.MapFrom(reference => reference.Id))
            .ForMember(upload => upload.ImageUrl, map => map.MapFrom(reference => ContentUrl(reference.Id)))
            .ForMember(upload => upload.ContentUrl, map => map.MapFrom(reference => ContentUrl(reference.Id)))
            .ForMember(upload => upload.Filename, map => map.MapFrom(reference => $"{reference.Id}.{reference.Format.Extension}"))
            .ForMember(upload => upload.ContentType, map => map.MapFrom(reference => reference.Format.MediaType))
            .ForMember(upload => upload.FileSize, map => map.MapFrom(reference => reference.SizeBytes));

        CreateMap<LocatedReference, CharacterReferenceRecord>()
            .IncludeMembers(stored => stored.Reference, stored => stored.Reference.Annotation, stored => stored.Reference.Provenance)
            .ForMember(record => record.CloudUrl, map => map.MapFrom(stored => stored.Url))
            .ForMember(record => record.Copies, map => map.MapFrom(stored => stored));
        CreateMap<CharacterReference, CharacterReferenceRecord>(AutoMapper.MemberList.None)
            .ForMember(record => record.Format, map => map.MapFrom(reference => reference.Format.Extension))
            .ForMember(record => record.ContentType, map => map.MapFrom(reference => reference.Format.MediaType))
            .ForMember(record => record.OriginalFilename, map => map.MapFrom(reference => reference.OriginalFileName))
            .ForMember(record => record.ContentUrl, map => map.MapFrom(reference => ContentUrl(reference.Id)))
            .ForMember(record => record.Derivatives, map => map.MapFrom(reference => DerivativesOf(reference.Id)));
        CreateMap<ReferenceAnnotation, CharacterReferenceRecord>(AutoMapper.MemberList.None);
        CreateMap<ReferenceProvenance, CharacterReferenceRecord>(AutoMapper.MemberList.None)
            .ForMember(record => record.GenerationId, map => map.MapFrom(provenance => provenance.GenerationId.ToString()))
            .ForMember(record => record.CharacterDescription, map => map.MapFrom(provenance => provenance.Description))
            .ForMember(record => record.ReferenceImageId, map => map.MapFrom(provenance =>
                provenance.ReferenceImageId == null ? null : provenance.ReferenceImageId.ToString()));
        CreateMap<LocatedReference, ReferenceCopies>()
            .ForMember(copies => copies.Local, map => map.MapFrom(stored => new LocalCopy { State = LocalState(stored) }))
            .ForMember(copies => copies.Cloud, map => map.MapFrom(located => located.Reference.RemoteCopy));
        CreateMap<RemoteCopy, CloudCopy>()
            .ForMember(cloud => cloud.CloudPath, map => map.MapFrom(copy => copy.Key))
            .ForMember(cloud => cloud.StoredAt, map => map.MapFrom(copy => copy.PersistedAt));
    }

    internal static string ContentUrl(CharacterReferenceId id) => $"/api/mv/character_references/{id}/content";

    internal static ReferenceDerivatives DerivativesOf(CharacterReferenceId id) =>
        new() { Thumb = DerivativeUrl(id, Derivative.Thumb), Preview = DerivativeUrl(id, Derivative.Preview) };

    private static string DerivativeUrl(CharacterReferenceId id, Derivative derivative) =>
        $"/api/mv/character_references/{id}/derivatives/{derivative.Name}";

    private static string LocalState(LocatedReference stored) =>
        stored.IsDamaged ? "damaged" : stored.File is not null ? "stored" : stored.Reference.PersistedCopy is not null ? "evicted" : "missing";
}
