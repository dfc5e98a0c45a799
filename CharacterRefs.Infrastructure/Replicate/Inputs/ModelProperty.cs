namespace CharacterRefs.Infrastructure.Replicate.Inputs;

/// <summary>One input of a model, as its schema describes it.</summary>
internal sealed record ModelProperty
{
    // For arrays without maxItems; flux-2-pro documents 8, others more.
    private const int DefaultMaxReferences = 8;

    private const string Array = "array";

    public required string Name { get; init; }

    /// <summary>JSON type; <c>null</c> when the schema leaves it open.</summary>
    public string? Type { get; init; }

    /// <summary>The only allowed values; <c>null</c> when there is no such list.</summary>
    public IReadOnlyList<JsonElement>? Enum { get; init; }

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    /// <summary>Longest array; <c>null</c> when the schema sets no limit.</summary>
    public int? MaxItems { get; init; }

    /// <summary>The value, or each item of the array, has the format <c>uri</c>.</summary>
    public bool IsUri { get; init; }

    public JsonElement? Default { get; init; }

    public bool IsRequired { get; init; }

    public bool IsArray => Type == Array;

    /// <summary>
    /// How many reference images fit here; 0 when the input takes none. A name without "image" in it, such as <c>subject</c>, may be a text, so it needs
    /// the format <c>uri</c>; <c>subject_reference</c> was seen without.
    /// </summary>
    public int MaxReferences => this switch
    {
        { Enum: not null } => 0,
        { IsUri: false } when !Name.Contains("image", StringComparison.Ordinal) && Name != "subject_reference" => 0,
        { Type: Array } => MaxItems ?? DefaultMaxReferences,
        { Type: null or "string" } => 1,
        _ => 0,
    };

    /// <summary>The value that makes the model generate one image per prediction; <c>null</c> when it cannot be said.</summary>
    public JsonElement? One() => this switch
    {
        { Enum: not null } => Accept("1"),
        { Type: "integer" or "number" } when !(Maximum < 1) => InputJson.Of((int)Math.Clamp(Math.Ceiling(Minimum ?? 1), 1, int.MaxValue)),
        _ => null,
    };

    /// <summary>The value by which this text goes into the request: the list's own element, or the text itself; <c>null</c> when it is not allowed.</summary>
    public JsonElement? Accept(string text)
    {
        if (Enum is null)
        {
            return Type is null or "string" ? InputJson.Of(text) : null;
        }

        return Enum.Where(value => value.ToString() == text).Select(value => (JsonElement?)value).FirstOrDefault();
    }

    /// <summary>The allowed values, as text for a person.</summary>
    /// <param name="mayBeChosen">Filters the listed values.</param>
    public string Allowed(Func<string, bool> mayBeChosen) => this switch
    {
        { Enum: { } values } => values.Select(value => value.ToString()).Where(mayBeChosen).ToList() is { Count: > 0 } named
            ? string.Join(", ", named)
            : "nothing that a request can name",
        { Minimum: { } min, Maximum: { } max } => $"{min} to {max}",
        { Minimum: { } min } => $"{min} or more",
        { Maximum: { } max } => $"{max} or less",
        _ => Type ?? "another kind of value",
    };
}
