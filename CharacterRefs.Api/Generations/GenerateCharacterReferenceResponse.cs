namespace CharacterRefs.Api.Generations;

/// <summary>The images that were drawn, and how.</summary>
public sealed record GenerateCharacterReferenceResponse
{
    /// <summary>At least one, in slot order.</summary>
    public required IReadOnlyList<GeneratedImage> Images { get; init; }

    /// <summary>What was asked and what became of it.</summary>
    public required GenerationMetadata Metadata { get; init; }
}
