using CharacterRefs.Api.OpenApi;

namespace CharacterRefs.Api.Generations;

/// <summary>A named prompt template with defaults for members that a request leaves out.</summary>
public sealed record GenerationFlavor
{
    /// <summary>The value of <c>config_flavor</c>.</summary>
    /// <example>default</example>
    public required string Name { get; init; }

    /// <summary>Whether it is the flavor of requests that name none.</summary>
    /// <example>true</example>
    public required bool IsDefault { get; init; }

    /// <summary>The prompt; <c>{character_description}</c> is replaced by the description.</summary>
    /// <example>Character reference image of {character_description}. One character, full body.</example>
    public required string PromptTemplate { get; init; }

    /// <summary>The model of requests that name none.</summary>
    /// <example>black-forest-labs/flux-1.1-pro</example>
    public required string Model { get; init; }

    /// <summary>The model of requests with reference images that name none.</summary>
    /// <example>black-forest-labs/flux-kontext-pro</example>
    public required string ReferenceModel { get; init; }

    /// <summary>Default of <c>aspect_ratio</c>; null leaves it to the model.</summary>
    /// <example>1:1</example>
    public required string? AspectRatio { get; init; }

    /// <summary>Default of <c>output_format</c>; null leaves it to the model.</summary>
    /// <example>png</example>
    [KnownValues("png", "jpg", "webp")]
    public required string? OutputFormat { get; init; }

    /// <summary>Default of <c>negative_prompt</c>; null sends none.</summary>
    /// <example>null</example>
    public required string? NegativePrompt { get; init; }

    /// <summary>Default of <c>safety_filter_level</c>; null leaves it to the model.</summary>
    /// <example>null</example>
    [KnownValues("block_low_and_above", "block_medium_and_above", "block_only_high")]
    public required string? SafetyFilterLevel { get; init; }

    /// <summary>Default of <c>person_generation</c>; null leaves it to the model.</summary>
    /// <example>null</example>
    [KnownValues("dont_allow", "allow_adult", "allow_all")]
    public required string? PersonGeneration { get; init; }
}
