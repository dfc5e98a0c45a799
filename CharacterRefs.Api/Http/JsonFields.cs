using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;

namespace CharacterRefs.Api.Http;

/// <summary>Names and rules of a contract's JSON members, for messages about values that could not be read.</summary>
internal static class JsonFields
{
    public static IEnumerable<string> NamesOf(Type contract) => contract.GetProperties().Select(property => NameOf(property.Name));

    public static string NameOf(string property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property);

    /// <summary>The rule of this member, "must be …"; <c>null</c> when the contract has no such member.</summary>
    public static string? RuleOf(Type contract, string name)
    {
        var property = contract.GetProperties().SingleOrDefault(candidate => NameOf(candidate.Name) == name);
        return property is null ? null : $"must be {Kind(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)}{Bounds(property)}.";
    }

    /// <summary>The rule of a single value, "must be …".</summary>
    public static string RuleOf(Type simple) => $"must be {Kind(Nullable.GetUnderlyingType(simple) ?? simple)}.";

    private static string Kind(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => "true or false",
        TypeCode.Int32 or TypeCode.Int64 => "a whole number",
        TypeCode.Object when typeof(IEnumerable).IsAssignableFrom(type) => "a list",
        _ => "a text",
    };

    private static string Bounds(PropertyInfo property) =>
        property.GetCustomAttribute<RangeAttribute>() is { } range ? $" from {range.Minimum} to {range.Maximum}"
        : property.GetCustomAttribute<StringLengthAttribute>() is { } length ? $" of at most {length.MaximumLength} characters"
        : "";
}
