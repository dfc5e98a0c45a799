namespace CharacterRefs.Api.OpenApi;

/// <summary>Lists the values of a text member or parameter in the OpenAPI document.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class KnownValuesAttribute : Attribute
{
    /// <summary>Lists texts.</summary>
    public KnownValuesAttribute(params string[] values) => Values = values;

    /// <summary>Lists the names of an enum as they appear in JSON.</summary>
    public KnownValuesAttribute(Type enumeration) => Values = [.. Enum.GetNames(enumeration).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    /// <summary>The values, in the order of the document.</summary>
    public IReadOnlyList<string> Values { get; }
}
