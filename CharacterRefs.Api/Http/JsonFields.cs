using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

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

    /// <summary>The type of this member; <c>null</c> when the contract has no such member.</summary>
    public static Type? TypeOf(Type contract, string name) =>
        contract.GetProperties().SingleOrDefault(candidate => NameOf(candidate.Name) == name)?.PropertyType;

    /// <summary>The type of the entries of a list; <c>null</c> for other types.</summary>
    public static Type? ItemOf(Type type) => type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type) ? type.GetGenericArguments()[0] : null;

    /// <summary>Whether a type has members of its own, and is not a single value or a list.</summary>
    public static bool IsContract(Type type) => type.Assembly == typeof(JsonFields).Assembly;

    private static string Kind(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => "true or false",
        TypeCode.Int32 or TypeCode.Int64 => "a whole number",
        TypeCode.Decimal or TypeCode.Double => "a number",
        TypeCode.Object when type == typeof(DateOnly) => "a date such as 2026-11-30",
        TypeCode.Object when typeof(IEnumerable).IsAssignableFrom(type) => "a list",
        TypeCode.Object when IsContract(type) => "an object",
        _ => "a text",
    };

    private static string Bounds(PropertyInfo property) =>
        property.GetCustomAttribute<RangeAttribute>() is { } range ? $" from {range.Minimum} to {range.Maximum}"
        : property.GetCustomAttribute<StringLengthAttribute>() is { } length ? $" of at most {length.MaximumLength} characters"
        : "";
}
