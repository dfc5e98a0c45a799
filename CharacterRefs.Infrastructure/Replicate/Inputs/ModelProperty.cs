using System.Text.Json;

namespace CharacterRefs.Infrastructure.Replicate.Inputs;

/// <summary>One input of a model, as its schema describes it.</summary>
internal sealed record ModelProperty
{
    public required string Name { get; init; }

    /// <summary>JSON type; <c>null</c> when the schema leaves it open.</summary>
    public string? Type { get; init; }

    /// <summary>The only allowed values; <c>null</c> when there is no such list.</summary>
    public IReadOnlyList<JsonElement>? Enum { get; init; }

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    public JsonElement? Default { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>The value by which this text goes into the request: the list's own element, or the text itself; <c>null</c> when it is not allowed.</summary>
    public JsonElement? Accept(string text)
    {
        if (Enum is null)
        {
            return Type is null or "string" ? InputJson.Of(text) : null;
        }

        return Enum.Where(value => value.ToString() == text).Select(value => (JsonElement?)value).FirstOrDefault();
    }

    /// <summary>What is allowed, in words.</summary>
    /// <param name="mayBeWished">Of listed values only these are named.</param>
    public string Allowed(Func<string, bool> mayBeWished) => this switch
    {
        { Enum: { } values } => values.Select(value => value.ToString()).Where(mayBeWished).ToList() is { Count: > 0 } named
            ? string.Join(", ", named)
            : "nothing that a request can name",
        { Minimum: { } min, Maximum: { } max } => $"{min} to {max}",
        { Minimum: { } min } => $"{min} or more",
        { Maximum: { } max } => $"{max} or less",
        _ => Type ?? "another kind of value",
    };
}
