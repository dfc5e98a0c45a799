using System.Text.Json;

namespace CharacterRefs.Infrastructure.Replicate.Inputs;

/// <summary>A request in the model's own terms.</summary>
internal sealed record FittedInputs
{
    /// <summary>What is sent but for the seed; a reference image is only named.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Values { get; init; }

    /// <summary>The contract's names of what is not sent.</summary>
    public required IReadOnlyList<string> Dropped { get; init; }

    public required bool UsesSeed { get; init; }

    /// <summary>Where the reference image goes; <c>null</c> without one.</summary>
    public ModelProperty? Reference { get; init; }

    /// <summary>The inputs of one prediction.</summary>
    public IReadOnlyDictionary<string, JsonElement> For(int? seed, string? referenceUrl)
    {
        var values = new Dictionary<string, JsonElement>(Values, StringComparer.Ordinal);
        if (UsesSeed && seed is { } number)
        {
            values[InputTable.Seed] = InputJson.Of(number);
        }

        if (Reference is not null && referenceUrl is not null)
        {
            values[Reference.Name] = ReferenceValue(Reference, referenceUrl);
        }

        return values;
    }

    /// <summary>A reference by itself or in a list, as the property wants it.</summary>
    public static JsonElement ReferenceValue(ModelProperty property, string text) =>
        property.Type == "array" ? InputJson.ListOf(text) : InputJson.Of(text);
}
