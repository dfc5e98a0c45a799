using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.References.PresignReference;

namespace CharacterRefs.Api.References;

/// <summary>Selects a copy of an image.</summary>
public sealed record GetCharacterReferenceUrlRequest
{
    /// <summary>The job whose copy is requested; without it, the standalone copy.</summary>
    /// <example>video-42</example>
    [FromQuery(Name = "job_id")]
    public string? JobId { get; init; }

    /// <summary>The expected format; if the image has another one, the response is 404.</summary>
    /// <example>png</example>
    [FromQuery(Name = "extension")]
    [KnownValues("png", "jpg", "webp")]
    public string? Extension { get; init; }

    internal PresignReferencesQuery ToQuery(CharacterReferenceId id) => new([id], RequestIds.OfJob(JobId), ImageFormat.FromExtension(Extension));
}
