namespace CharacterRefs.Api.References;

/// <summary>Where to persist an image.</summary>
public sealed record PersistCharacterReferenceRequest
{
    /// <summary>The job under whose prefix the copy is stored, without an association; null = the standalone copy.</summary>
    /// <example>video-42</example>
    public string? JobId { get; init; }
}
