using System.ComponentModel.DataAnnotations;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.References.PresignReference;

namespace CharacterRefs.Api.References;

/// <summary>Selects images to presign URLs for.</summary>
public sealed record CharacterReferenceUrlsRequest
{
    /// <summary>Ids of 1 to 1000 images.</summary>
    /// <example>["019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44"]</example>
    [Required]
    [MaxLength(PresignReferencesQuery.MaxIds)]
    public IReadOnlyList<string?>? ImageIds { get; init; }

    /// <summary>The job whose copies are requested; null = the standalone copies.</summary>
    /// <example>null</example>
    public string? JobId { get; init; }

    internal PresignReferencesQuery ToQuery() => new(RequestIds.OfImages(ImageIds!), RequestIds.OfJob(JobId), null);
}
