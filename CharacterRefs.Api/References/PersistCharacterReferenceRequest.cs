namespace CharacterRefs.Api.References;

/// <summary>Where an image is to be stored.</summary>
public sealed record PersistCharacterReferenceRequest
{
    /// <summary>A job, under whose prefix a copy is stored, without associating the image with it; null = the image by itself.</summary>
    /// <example>video-42</example>
    public string? JobId { get; init; }
}
