namespace CharacterRefs.Infrastructure.Replicate.Inputs;

/// <summary>The inputs that a model takes, by name.</summary>
internal sealed record ModelSchema(IReadOnlyDictionary<string, ModelProperty> Properties)
{
    // References in a schema may form a circle; no real one nests deeper.
    private const int MaxDepth = 8;

    private const string Text = "string";
    private const string Null = "null";

    private static readonly string[] s_alternatives = ["anyOf", "oneOf"];
    private static readonly string[] s_composers = ["allOf", .. s_alternatives];

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
            // JSON lets a name come twice; as everywhere, the last one counts.
            .GroupBy(property => property.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Last(), StringComparer.Ordinal));
    }

    /// <summary>The property with this name; <c>null</c> when the model does not know it.</summary>
    public ModelProperty? Find(string name) => Properties.GetValueOrDefault(name);

    private static ModelProperty ReadProperty(JsonProperty property, JsonElement schemas, bool isRequired)
    {
        var parts = Parts(property.Value, schemas, 0).ToList();
        var types = parts.SelectMany(Types).ToList();
        return new ModelProperty
        {
            Name = property.Name,
            IsRequired = isRequired,
            Type = types.Contains(Text) ? Text : types.FirstOrDefault(),
            Enum = Values(property.Value, schemas, 0)?.Select(value => value.Clone()).ToList(),
            MaxItems = Number(First(parts, "maxItems")) is { } max ? (int)Math.Clamp(max, 0, int.MaxValue) : null,
            IsUri = parts.Concat(parts.SelectMany(part => Member(part, "items") is { } items ? Parts(items, schemas, 0) : []))
                .Any(part => Member(part, "format")?.ToString() == "uri"),
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

        return s_composers.SelectMany(name => Items(Member(part, name)))
            .Concat(Target(part, schemas) is { } target ? [target] : [])
            .SelectMany(inner => Parts(inner, schemas, depth + 1))
            .Prepend(part);
    }

    private static JsonElement? Target(JsonElement part, JsonElement schemas)
    {
        const string Prefix = "#/components/schemas/";
        return Member(part, "$ref")?.ToString() is { } reference && reference.StartsWith(Prefix, StringComparison.Ordinal)
            ? Member(schemas, reference[Prefix.Length..])
            : null;
    }

    /// <summary>The listed values: what all of its parts allow, and of alternatives what any of them allows; <c>null</c> when nothing is listed.</summary>
    private static List<JsonElement>? Values(JsonElement part, JsonElement schemas, int depth)
    {
        if (part.ValueKind != JsonValueKind.Object || depth > MaxDepth)
        {
            return null;
        }

        var lists = Items(Member(part, "allOf"))
            .Concat(Target(part, schemas) is { } target ? [target] : [])
            .Select(inner => Values(inner, schemas, depth + 1))
            .Concat(s_alternatives.Select(name => Union(Items(Member(part, name)), schemas, depth + 1)))
            .Prepend(OwnValues(part));
        return lists.Aggregate((all, next) =>
            all is null || next is null ? all ?? next : [.. all.Where(value => next.Exists(other => JsonElement.DeepEquals(value, other)))]);
    }

    private static List<JsonElement>? OwnValues(JsonElement part)
    {
        List<JsonElement>? values =
            Member(part, "const") is { } single ? [single]
            : Member(part, "enum") is { ValueKind: JsonValueKind.Array } listed ? [.. listed.EnumerateArray()]
            : null;
        values?.RemoveAll(value => value.ValueKind == JsonValueKind.Null);
        return values;
    }

    // One alternative that lists nothing and may be a text leaves every text open; one that is of another type says nothing about texts.
    private static List<JsonElement>? Union(IEnumerable<JsonElement> alternatives, JsonElement schemas, int depth)
    {
        var union = new List<JsonElement>();
        foreach (var alternative in alternatives)
        {
            if (Values(alternative, schemas, depth) is { } values)
            {
                union.AddRange(values.Where(value => !union.Exists(known => JsonElement.DeepEquals(value, known))));
            }
            else if (MayBeText(alternative, schemas, depth))
            {
                return null;
            }
        }

        return union.Count > 0 ? union : null;
    }

    private static bool MayBeText(JsonElement alternative, JsonElement schemas, int depth)
    {
        var types = Parts(alternative, schemas, depth).SelectMany(Types).ToList();
        return types.Contains(Text) || (types.Count == 0 && Member(alternative, "type")?.ToString() != Null);
    }

    // One name or several; "null" says only that the value may be left out.
    private static IEnumerable<string> Types(JsonElement part) =>
        (Member(part, "type") is { ValueKind: JsonValueKind.String } single ? [single] : Items(Member(part, "type")).AsEnumerable())
            .Select(type => type.ToString())
            .Where(type => type != Null);

    private static JsonElement? First(IEnumerable<JsonElement> parts, string name) =>
        parts.Select(part => Member(part, name)).FirstOrDefault(value => value is not null);

    private static double? Number(JsonElement? value) => value is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement? value) => value is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray()
        : default;

    private static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) ? value : null;
}
