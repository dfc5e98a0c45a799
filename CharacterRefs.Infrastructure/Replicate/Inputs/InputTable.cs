namespace CharacterRefs.Infrastructure.Replicate.Inputs;

/// <summary>The one table between the contract's names and the models' names.</summary>
internal static class InputTable
{
    public const string Prompt = "prompt";
    public const string Seed = "seed";
    public const string AspectRatio = "aspect_ratio";

    /// <summary>Default of models that edit an image: its own shape. Without an image it makes no sense.</summary>
    public const string MatchInputImage = "match_input_image";

    /// <summary>The field of Black Forest Labs' editing models.</summary>
    public const string InputImage = "input_image";

    private const int LargestToleranceWithImage = 2;

    /// <summary>The models' names for reference images, most specific first.</summary>
    public static IReadOnlyList<string> ReferenceNames { get; } =
    [
        InputImage, "image_input", "character_reference_image", "character_reference_images", "subject_reference", "input_images", "character_reference",
        "subject_image", "reference_images", "reference_image", "subject", "images", "image", "image_prompt",
    ];

    /// <summary>The models' names for the number of images of one prediction, which is always 1: a slot is a prediction of its own.</summary>
    public static IReadOnlyList<string> CountNames { get; } =
    [
        "num_outputs", "number_of_images", "number_of_outputs", "num_images", "num_images_per_prompt", "num_samples", "n", "max_images", "image_count",
    ];

    /// <summary>All optional inputs except seed, count and references.</summary>
    public static IReadOnlyList<InputRule> Rules { get; } =
    [
        new(AspectRatio, choice => choice.AspectRatio?.ToString(), text => Domain.Generations.AspectRatio.TryParse(text, out _), [new(AspectRatio, AsText)]),
        new("output_format", choice => choice.OutputFormat?.Extension, _ => true, [new("output_format", AsFormat)]),
        new("negative_prompt", choice => choice.NegativePrompt, _ => true, [new("negative_prompt", AsText)]),
        new("safety_filter_level", choice => choice.SafetyFilterLevel, _ => true, [new("safety_filter_level", AsText), new("safety_tolerance", AsTolerance)]),
        new("person_generation", choice => choice.PersonGeneration, _ => true, [new("person_generation", AsText)]),
    ];

    private static JsonElement? AsText(string choice, ModelProperty property, bool editsImage) => property.Accept(choice);

    /// <summary>
    /// Enums of the field write <c>jpg</c>, <c>jpeg</c>, <c>JPEG</c> or <c>image/jpeg</c>; without an enum the default shows the model's spelling.
    /// </summary>
    private static JsonElement? AsFormat(string choice, ModelProperty property, bool editsImage)
    {
        string[] names = choice == "jpg" ? ["jpg", "jpeg"] : [choice];
        var spellings = names.SelectMany(name => new[] { name, name.ToUpperInvariant(), $"image/{name}" }).ToList();
        return property is { Enum: null, Default: { } shown } && spellings.Contains(shown.ToString())
            ? property.Accept(shown.ToString())
            : spellings.Select(property.Accept).FirstOrDefault(value => value is not null);
    }

    /// <summary>
    /// Black Forest Labs count from 0 or 1 (strictest) to 6; with an image the models that edit one allow 2 at most (schema text of flux-kontext-pro).
    /// The scale is their own, so a requested value is clamped and never rejected.
    /// </summary>
    private static JsonElement? AsTolerance(string choice, ModelProperty property, bool editsImage)
    {
        var tolerance = choice switch
        {
            SafetyFilterLevels.BlockLowAndAbove => 1,
            SafetyFilterLevels.BlockMediumAndAbove => 3,
            _ => 5,
        };
        tolerance = (int)Math.Max(property.Minimum ?? tolerance, Math.Min(property.Maximum ?? tolerance, tolerance));
        return InputJson.Of(editsImage ? Math.Min(tolerance, LargestToleranceWithImage) : tolerance);
    }
}
