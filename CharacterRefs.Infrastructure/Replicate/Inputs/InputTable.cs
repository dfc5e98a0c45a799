using System.Text.Json;
using CharacterRefs.Application.Ports.Generators;

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

    /// <summary>The models' names for an image whose character is to be drawn again, in the order in which they are tried.</summary>
    public static IReadOnlyList<string> ReferenceNames { get; } =
        [InputImage, "image_input", "character_reference_image", "subject_reference", "input_images"];

    /// <summary>Everything that is optional, but for seed and reference.</summary>
    public static IReadOnlyList<InputRule> Rules { get; } =
    [
        new(AspectRatio, wish => wish.AspectRatio?.ToString(), text => Domain.Generations.AspectRatio.TryParse(text, out _), [new(AspectRatio, AsText)]),
        new("output_format", wish => wish.OutputFormat?.Extension, _ => true, [new("output_format", AsFormat)]),
        new("negative_prompt", wish => wish.NegativePrompt, _ => true, [new("negative_prompt", AsText)]),
        new("safety_filter_level", wish => wish.SafetyFilterLevel, _ => true, [new("safety_filter_level", AsText), new("safety_tolerance", AsTolerance)]),
        new("person_generation", wish => wish.PersonGeneration, _ => true, [new("person_generation", AsText)]),
    ];

    private static JsonElement? AsText(string wish, ModelProperty property, bool editsImage) => property.Accept(wish);

    private static JsonElement? AsFormat(string wish, ModelProperty property, bool editsImage) =>
        property.Accept(wish) ?? (wish == "jpg" ? property.Accept("jpeg") : null);

    /// <summary>
    /// Black Forest Labs count from 0 or 1 (strictest) to 6; with an image the models that edit one allow 2 at most (schema text of flux-kontext-pro).
    /// The scale is their own, so a wish is brought within the bounds and never refused.
    /// </summary>
    private static JsonElement? AsTolerance(string wish, ModelProperty property, bool editsImage)
    {
        var tolerance = wish switch
        {
            SafetyFilterLevels.BlockLowAndAbove => 1,
            SafetyFilterLevels.BlockMediumAndAbove => 3,
            _ => 5,
        };
        tolerance = (int)Math.Max(property.Minimum ?? tolerance, Math.Min(property.Maximum ?? tolerance, tolerance));
        return InputJson.Of(editsImage ? Math.Min(tolerance, LargestToleranceWithImage) : tolerance);
    }
}
