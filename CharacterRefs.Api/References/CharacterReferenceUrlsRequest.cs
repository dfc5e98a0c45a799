using System.ComponentModel.DataAnnotations;
using CharacterRefs.Application.References.PresignReference;

namespace CharacterRefs.Api.References;

/// <summary>Asks for the addresses of many images.</summary>
public sealed record CharacterReferenceUrlsRequest
{
    /// <summary>1 to 1000 ids.</summary>
    /// <example>["019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44"]</example>
    [Required]
    [MaxLength(PresignReferencesQuery.MaxIds)]
    public IReadOnlyList<string?>? ImageIds { get; init; }

    /// <summary>A job, whose copies are meant; null = the images by themselves.</summary>
    /// <example>null</example>
    public string? JobId { get; init; }
}
