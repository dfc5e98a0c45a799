using System.ComponentModel.DataAnnotations;
using CharacterRefs.Domain.Generations;

namespace CharacterRefs.Api.Generations;

/// <summary>Describes a character to be drawn.</summary>
public sealed record GenerateCharacterReferenceRequest
{
    /// <summary>The character in words: 1 to 4000 characters after trimming, no control characters but line breaks and tabs.</summary>
    /// <example>A silver metallic humanoid robot with red shield</example>
    [Required]
    [StringLength(GenerationLimits.MaxDescriptionLength, MinimumLength = 1)]
    public string? CharacterDescription { get; init; }

    /// <summary>How many images: 1 to 4, default 4.</summary>
    /// <example>4</example>
    [Range(GenerationLimits.MinImages, GenerationLimits.MaxImages)]
    public int? NumImages { get; init; }

    /// <summary>Width to height, W:H. Default: the flavor's, otherwise the model's. A ratio that the model does not offer is refused with those it does.</summary>
    /// <example>1:1</example>
    public string? AspectRatio { get; init; }

    /// <summary>File format to ask of the model: <c>png</c>, <c>jpg</c> or <c>webp</c>. What is stored is told by the bytes that come.</summary>
    /// <example>png</example>
    public string? OutputFormat { get; init; }

    /// <summary>What must not be in the picture, at most 4000 characters; dropped, and named so, for models that take none.</summary>
    /// <example>text, watermark</example>
    [StringLength(GenerationLimits.MaxDescriptionLength)]
    public string? NegativePrompt { get; init; }

    /// <summary>Seed of the first image, 0 to 2147483647; image i is drawn with seed + i. Default: random, and told in the answer.</summary>
    /// <example>42</example>
    [Range(0, GenerationLimits.MaxSeed)]
    public int? Seed { get; init; }

    /// <summary>How much the model should refuse: <c>block_low_and_above</c>, <c>block_medium_and_above</c> or <c>block_only_high</c>.</summary>
    /// <example>block_medium_and_above</example>
    public string? SafetyFilterLevel { get; init; }

    /// <summary>Which people the model may draw: <c>dont_allow</c>, <c>allow_adult</c> or <c>allow_all</c>.</summary>
    /// <example>allow_adult</example>
    public string? PersonGeneration { get; init; }

    /// <summary>A named prompt template with defaults; default <c>default</c>.</summary>
    /// <example>default</example>
    public string? ConfigFlavor { get; init; }

    /// <summary>A model from the allow-list, <c>owner/name</c>. Default: the flavor's.</summary>
    /// <example>black-forest-labs/flux-1.1-pro</example>
    public string? Model { get; init; }

    /// <summary>Draw the same character as this stored image, with a model that takes a reference image.</summary>
    /// <example>null</example>
    public string? ReferenceImageId { get; init; }

    /// <summary>Whether the answer carries the image bytes as base64; default true.</summary>
    /// <example>true</example>
    public bool? IncludeBase64 { get; init; }
}
