namespace CharacterRefs.Api.Generations;

/// <summary>The generated images and their metadata.</summary>
public sealed record GenerateCharacterReferenceResponse
{
    /// <summary>The generated images, at least one, in slot order.</summary>
    public required IReadOnlyList<GeneratedImage> Images { get; init; }

    /// <summary>The request and its outcome.</summary>
    public required GenerationMetadata Metadata { get; init; }
}
