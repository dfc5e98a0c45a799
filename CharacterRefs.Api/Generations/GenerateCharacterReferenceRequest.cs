using System.ComponentModel.DataAnnotations;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.Ports.Generators;

namespace CharacterRefs.Api.Generations;

/// <summary>The character to generate, and how.</summary>
public sealed record GenerateCharacterReferenceRequest
{
    /// <summary>Description of the character: 1 to 4000 characters after trimming, without control characters other than line breaks and tabs.</summary>
    /// <example>A silver metallic humanoid robot with red shield</example>
    [Required]
    [StringLength(GenerationLimits.MaxDescriptionLength, MinimumLength = 1)]
    public string? CharacterDescription { get; init; }

    /// <summary>Number of images: 1 to 4, default 4.</summary>
    /// <example>4</example>
    [Range(GenerationLimits.MinImages, GenerationLimits.MaxImages)]
    public int? NumImages { get; init; }

    /// <summary>Width to height, W:H; default: the flavor's, else the model's. If the model does not support it, the error lists those it does.</summary>
    /// <example>1:1</example>
    public string? AspectRatio { get; init; }

    /// <summary>File format requested from the model. The stored format is detected from the content.</summary>
    /// <example>png</example>
    [KnownValues("png", "jpg", "webp")]
    public string? OutputFormat { get; init; }

    /// <summary>What the image must not show, at most 4000 characters; listed in <c>parameters_dropped</c> if the model does not accept it.</summary>
    /// <example>text, watermark</example>
    [StringLength(GenerationLimits.MaxDescriptionLength)]
    public string? NegativePrompt { get; init; }

    /// <summary>Seed of the first image, 0 to 2147483647; image i uses seed + i. Default: random, and returned in the response.</summary>
    /// <example>42</example>
    [Range(0, GenerationLimits.MaxSeed)]
    public int? Seed { get; init; }

    /// <summary>Strictness of the model's safety filter.</summary>
    /// <example>block_medium_and_above</example>
    [KnownValues("block_low_and_above", "block_medium_and_above", "block_only_high")]
    public string? SafetyFilterLevel { get; init; }

    /// <summary>Which people the model may show.</summary>
    /// <example>allow_adult</example>
    [KnownValues("dont_allow", "allow_adult", "allow_all")]
    public string? PersonGeneration { get; init; }

    /// <summary>Name of a prompt template with default parameters; default <c>default</c>.</summary>
    /// <example>default</example>
    public string? ConfigFlavor { get; init; }

    /// <summary>A model of the allow-list, <c>owner/name</c>; default: the flavor's.</summary>
    /// <example>black-forest-labs/flux-1.1-pro</example>
    public string? Model { get; init; }

    /// <summary>
    /// Id of a stored image whose character is generated again, for a model that accepts a reference image. The same as <c>reference_image_ids</c> with one id.
    /// </summary>
    /// <example>null</example>
    public string? ReferenceImageId { get; init; }

    /// <summary>
    /// Ids of stored images that show the character, without repetition: at most 14, and at most as many as the model accepts (see
    /// <c>GET /api/mv/models</c>). Not together with <c>reference_image_id</c>.
    /// </summary>
    /// <example>null</example>
    [MaxLength(GenerationLimits.MaxReferenceImages)]
    public IReadOnlyList<string>? ReferenceImageIds { get; init; }

    /// <summary>
    /// Limit of the estimated cost in USD, 0 to 1000000; a request that may cost more is rejected before anything is paid. Default: no limit.
    /// </summary>
    /// <example>0.5</example>
    [Range(0, 1_000_000)]
    public decimal? MaxCostUsd { get; init; }

    /// <summary>Whether the response contains the image bytes as base64; default true.</summary>
    /// <example>false</example>
    public bool? IncludeBase64 { get; init; }

    internal GenerateReferencesCommand ToCommand() => new()
    {
        Description = TextRules.Normalized(CharacterDescription)!,
        NumImages = NumImages ?? GenerationLimits.DefaultImages,
        Seed = Seed,
        Parameters = new GenerationParameters
        {
            AspectRatio = Domain.Generations.AspectRatio.TryParse(AspectRatio, out var ratio) ? ratio : null,
            OutputFormat = ImageFormat.FromExtension(OutputFormat),
            NegativePrompt = TextRules.Normalized(NegativePrompt),
            SafetyFilterLevel = SafetyFilterLevel,
            PersonGeneration = PersonGeneration,
        },
        Flavor = ConfigFlavor,
        Model = Model,
        MaxCostUsd = MaxCostUsd,
        ReferenceImageIds = RequestIds.OfImages(ReferenceImageIds ?? (ReferenceImageId is { } single ? [single] : [])),
        ReferenceField = JsonFields.NameOf(ReferenceImageIds is null ? nameof(ReferenceImageId) : nameof(ReferenceImageIds)),
    };
}
