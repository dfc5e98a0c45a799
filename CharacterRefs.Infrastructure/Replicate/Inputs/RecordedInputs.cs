namespace CharacterRefs.Infrastructure.Replicate.Inputs;

/// <summary>
/// The recorded inputs of a generation (<c>ParametersUsed</c>) and the inputs of its predictions. A reference image is recorded by the mark
/// <c>reference:{id}</c>, alone or in a list. Marks are read only in inputs for images, so a prompt that looks like one stays a prompt.
/// </summary>
internal static class RecordedInputs
{
    private const string MarkPrefix = "reference:";

    public static string Mark(CharacterReferenceId id) => $"{MarkPrefix}{id}";

    /// <summary>The inputs to send: the recorded ones with a URL in place of each mark, and the seed.</summary>
    /// <param name="recorded">As stored with the generation.</param>
    /// <param name="seed">Seed of the slot; <c>null</c> when the model takes none.</param>
    /// <param name="urlOfReference">URL or <c>data:</c> URI of a reference image.</param>
    public static Dictionary<string, JsonElement> Build(
        IReadOnlyDictionary<string, JsonElement> recorded, int? seed, Func<CharacterReferenceId, string> urlOfReference)
    {
        var inputs = recorded.ToDictionary(input => input.Key, input => ReferencesIn(input.Key, input.Value) is { Length: > 0 } ids
            ? input.Value.ValueKind == JsonValueKind.Array ? InputJson.ListOf([.. ids.Select(urlOfReference)]) : InputJson.Of(urlOfReference(ids[0]))
            : input.Value);
        if (seed is { } number)
        {
            inputs[InputTable.Seed] = InputJson.Of(number);
        }

        return inputs;
    }

    /// <summary>The reference images that the recorded inputs name, in the order in which they are sent.</summary>
    public static IReadOnlyList<CharacterReferenceId> References(IReadOnlyDictionary<string, JsonElement> recorded) =>
        [.. recorded.SelectMany(input => ReferencesIn(input.Key, input.Value))];

    /// <summary>
    /// Whether a prediction with these inputs can be one of a slot with these recorded ones. Every recorded input and the seed must be equal. Of reference
    /// images only the number counts, because Replicate may rewrite their URLs. Inputs that are not recorded may be defaults that Replicate filled in;
    /// only a reference image or a seed among them shows that the prediction belongs to another request.
    /// </summary>
    public static bool Matches(JsonElement predictionInput, IReadOnlyDictionary<string, JsonElement> recorded, int? seed) =>
        predictionInput.ValueKind == JsonValueKind.Object
        && recorded.All(input => predictionInput.TryGetProperty(input.Key, out var sent)
            && (ReferencesIn(input.Key, input.Value) is { Length: > 0 } ids ? Count(sent) == ids.Length : JsonElement.DeepEquals(sent, input.Value)))
        && (predictionInput.TryGetProperty(InputTable.Seed, out var sentSeed) && sentSeed.ValueKind != JsonValueKind.Null
            ? sentSeed.ValueKind == JsonValueKind.Number && sentSeed.TryGetInt32(out var number) && number == seed
            : seed is null)
        && InputTable.ReferenceNames.All(name => recorded.ContainsKey(name) || !predictionInput.TryGetProperty(name, out var image) || Count(image) == 0);

    private static CharacterReferenceId[] ReferencesIn(string name, JsonElement value)
    {
        if (!InputTable.ReferenceNames.Contains(name))
        {
            return [];
        }

        var texts = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value];
        var ids = texts.Select(ReadMark).OfType<CharacterReferenceId>().ToArray();
        return ids.Length == texts.Length ? ids : [];
    }

    private static CharacterReferenceId? ReadMark(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
        && value.GetString() is { } text
        && text.StartsWith(MarkPrefix, StringComparison.Ordinal)
        && CharacterReferenceId.TryParse(text[MarkPrefix.Length..], out var id)
            ? id
            : null;

    /// <summary>Images in an input: an empty text, an empty list and null are none.</summary>
    private static int Count(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength(),
        JsonValueKind.Null => 0,
        JsonValueKind.String when value.ValueEquals("") => 0,
        _ => 1,
    };
}
