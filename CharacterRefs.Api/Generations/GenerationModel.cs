namespace CharacterRefs.Api.Generations;

/// <summary>A model and the values that it accepts.</summary>
public sealed record GenerationModel
{
    /// <summary><c>owner/name</c>, <c>owner/name:version</c> or <c>deployments/owner/name</c>.</summary>
    /// <example>black-forest-labs/flux-1.1-pro</example>
    public required string Name { get; init; }

    /// <summary>Whether it is the model of requests and flavors that name none.</summary>
    /// <example>true</example>
    public required bool IsDefault { get; init; }

    /// <summary>
    /// Whether the placeholder renders the images instead of this model (<c>IMAGE_GENERATOR</c>). All other members then describe the placeholder, and
    /// generations have <c>model_used: placeholder</c>.
    /// </summary>
    /// <example>false</example>
    public required bool IsPlaceholder { get; init; }

    /// <summary>Accepted values of <c>aspect_ratio</c>; empty when the model accepts none, null when it accepts any.</summary>
    /// <example>["1:1", "3:4", "16:9"]</example>
    public required IReadOnlyList<string>? AspectRatios { get; init; }

    /// <summary>Accepted values of <c>output_format</c>; empty when the model decides.</summary>
    /// <example>["png", "jpg", "webp"]</example>
    public required IReadOnlyList<string> OutputFormats { get; init; }

    /// <summary>Whether the model accepts a <c>seed</c>.</summary>
    /// <example>true</example>
    public required bool TakesSeed { get; init; }

    /// <summary>Largest <c>seed</c> of an image; null when the model accepts none.</summary>
    /// <example>2147483647</example>
    public required int? MaxSeed { get; init; }

    /// <summary>Maximum number of <c>reference_image_ids</c> in one request; 0 when the model accepts none.</summary>
    /// <example>1</example>
    public required int MaxReferenceImages { get; init; }

    /// <summary>Whether the model generates only from a reference image.</summary>
    /// <example>false</example>
    public required bool RequiresReferenceImage { get; init; }

    /// <summary>Whether the model accepts a <c>negative_prompt</c>.</summary>
    /// <example>false</example>
    public required bool TakesNegativePrompt { get; init; }

    /// <summary>Accepted values of <c>safety_filter_level</c>; empty when the model accepts none.</summary>
    /// <example>["block_low_and_above", "block_medium_and_above", "block_only_high"]</example>
    public required IReadOnlyList<string> SafetyFilterLevels { get; init; }

    /// <summary>Accepted values of <c>person_generation</c>; empty when the model accepts none.</summary>
    /// <example>[]</example>
    public required IReadOnlyList<string> PersonGenerations { get; init; }

    /// <summary>Price of one image in USD, from <c>MODEL_PRICES</c>; null when none is configured.</summary>
    /// <example>0.04</example>
    public required decimal? PriceUsd { get; init; }

    /// <summary>Code of the error that kept the model's schema from being read, as in a problem's <c>error</c>; null without one.</summary>
    /// <example>null</example>
    public required string? Error { get; init; }

    /// <summary>The cause; null without an error.</summary>
    /// <example>null</example>
    public required string? Detail { get; init; }
}
