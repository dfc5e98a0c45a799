using System.Text.Json;

namespace CharacterRefs.Infrastructure.Replicate.Inputs;

/// <summary>The inputs that a model takes, by name.</summary>
internal sealed record ModelSchema(IReadOnlyDictionary<string, ModelProperty> Properties)
{
    // References in a schema may form a circle; no real one nests deeper.
    private const int MaxDepth = 8;

    private static readonly string[] Composers = ["allOf", "anyOf", "oneOf"];

    /// <summary>Reads <c>components.schemas.Input</c> of a model's OpenAPI document; <c>null</c> when it is not there.</summary>
    public static ModelSchema? Read(JsonElement openApi)
    {
        if (Member(Member(openApi, "components"), "schemas") is not { } schemas
            || Member(schemas, "Input") is not { } input
            || Member(input, "properties") is not { ValueKind: JsonValueKind.Object } properties)
        {
            return null;
        }

        var required = Items(Member(input, "required")).Select(name => name.ToString()).ToHashSet(StringComparer.Ordinal);
        return new ModelSchema(properties.EnumerateObject()
            .Select(property => ReadProperty(property, schemas, required.Contains(property.Name)))
            .ToDictionary(property => property.Name, StringComparer.Ordinal));
    }

    /// <summary>The property with this name; <c>null</c> when the model does not know it.</summary>
    public ModelProperty? Find(string name) => Properties.GetValueOrDefault(name);

    private static ModelProperty ReadProperty(JsonProperty property, JsonElement schemas, bool isRequired)
    {
        var parts = Parts(property.Value, schemas, 0).ToList();
        return new ModelProperty
        {
            Name = property.Name,
            IsRequired = isRequired,
            Type = First(parts, "type") is { ValueKind: JsonValueKind.String } type ? type.GetString() : null,
            Enum = First(parts, "enum") is { ValueKind: JsonValueKind.Array } values ? [.. values.EnumerateArray().Select(value => value.Clone())] : null,
            Default = First(parts, "default") is { ValueKind: not JsonValueKind.Null } value ? value.Clone() : null,
            Minimum = Number(First(parts, "minimum")),
            Maximum = Number(First(parts, "maximum")),
        };
    }

    /// <summary>
    /// The property and whatever it is composed of. Replicate's build tool writes an enum as <c>allOf: [{ $ref: "#/components/schemas/aspect_ratio" }]</c>
    /// and a nullable one with <c>anyOf</c>.
    /// </summary>
    private static IEnumerable<JsonElement> Parts(JsonElement part, JsonElement schemas, int depth)
    {
        if (part.ValueKind != JsonValueKind.Object || depth > MaxDepth)
        {
            return [];
        }

        const string prefix = "#/components/schemas/";
        var named = Member(part, "$ref")?.ToString() is { } reference && reference.StartsWith(prefix, StringComparison.Ordinal)
            ? Member(schemas, reference[prefix.Length..])
            : null;
        var composed = Composers.SelectMany(name => Items(Member(part, name)));
        return composed
            .Concat(named is { } target ? [target] : [])
            .SelectMany(inner => Parts(inner, schemas, depth + 1))
            .Prepend(part);
    }

    // "null" as a type says only that the value may be left out.
    private static JsonElement? First(IEnumerable<JsonElement> parts, string name) =>
        parts.Select(part => Member(part, name)).FirstOrDefault(value => value is { } found && !(name == "type" && found.ToString() == "null"));

    private static double? Number(JsonElement? value) => value is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement? value) => value is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : default;

    private static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) ? value : null;
}
