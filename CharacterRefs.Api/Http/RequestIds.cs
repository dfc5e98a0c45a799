using CharacterRefs.Api.References;
using CharacterRefs.Application.References.PresignReference;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Api.Http;

/// <summary>Validated requests for addresses as queries.</summary>
internal static class RequestIds
{
    public static PresignReferencesQuery From(CharacterReferenceId id, GetCharacterReferenceUrlRequest request) =>
        new([id], JobIdOf(request.JobId), ImageFormat.FromExtension(request.Extension));

    public static PresignReferencesQuery From(CharacterReferenceUrlsRequest request) =>
        new(IdsOf(request.ImageIds!), JobIdOf(request.JobId), null);

    public static IReadOnlyList<CharacterReferenceId> IdsOf(IEnumerable<string?> texts) =>
        [.. texts.Select(text => CharacterReferenceId.TryParse(text, out var id) ? id : default)];

    public static JobId? JobIdOf(string? text) => JobId.TryParse(text, out var id) ? id : null;
}
