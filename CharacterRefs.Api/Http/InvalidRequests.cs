using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.Http;

/// <summary>Turns binding and validation errors into one problem, with the field names of the request.</summary>
internal static partial class InvalidRequests
{
    private const string Body = "body";

    public static IActionResult ToProblem(ActionContext context)
    {
        var contract = context.ActionDescriptor.Parameters
            .FirstOrDefault(parameter => parameter.BindingInfo?.BindingSource is { } source && (source == BindingSource.Body || source == BindingSource.Query))
            ?.ParameterType;
        var entries = context.ModelState.Where(entry => entry.Value is { Errors.Count: > 0 }).ToList();

        // If the body is unreadable, the binder also reports that the parameter has no value, which does not help the client.
        var unreadable = entries.Where(entry => JsonErrorOf(entry.Value!) is not null).ToList();
        var errors = (unreadable.Count > 0 ? unreadable : entries)
            .Select(entry => Describe(entry.Key, entry.Value!, contract))
            .GroupBy(described => described.Field)
            .ToDictionary(field => field.Key, field => field.SelectMany(described => described.Messages).Distinct().ToArray());
        return ProblemBodies.ToResult(context.HttpContext, ProblemBodies.Invalid(context.HttpContext, errors));
    }

    private static (string Field, IEnumerable<string> Messages) Describe(string key, ModelStateEntry entry, Type? contract)
    {
        if (JsonErrorOf(entry) is { } json)
        {
            var (field, message) = DescribeJson(json, contract);
            return (field, [message]);
        }

        return key.Length == 0
            ? (Body, ["The body must be a JSON object."])
            : (key, entry.Errors.Select(error => IsConversion(error, entry) ? $"{key} {RuleOf(contract, key)}" : error.ErrorMessage));
    }

    private static JsonException? JsonErrorOf(ModelStateEntry entry) => entry.Errors.Select(error => error.Exception).OfType<JsonException>().FirstOrDefault();

    /// <summary>Whether a query value could not be converted; the framework's message for that is generic.</summary>
    private static bool IsConversion(ModelError error, ModelStateEntry entry) =>
        entry.AttemptedValue is { } attempted && error.ErrorMessage.Contains($"'{attempted}'", StringComparison.Ordinal);

    private static (string Field, string Message) DescribeJson(JsonException json, Type? contract)
    {
        var path = Member().Match(json.Path ?? "");
        if (contract == typeof(JsonElement) && Duplicate().Match(json.Message) is { Success: true } duplicate)
        {
            // The framework reports the start of the name only, not its place in the document.
            return (Body, $"The member \"{duplicate.Groups["name"].Value}\" occurs more than once in one object.");
        }

        if (!path.Success || contract is null || contract == typeof(JsonElement))
        {
            return (Body, $"The body is not valid JSON, or not an object, near line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}.");
        }

        var (field, rule, known) = Resolve(json.Path!, contract);
        return json.Message.StartsWith("Duplicate property", StringComparison.Ordinal) ? (field, $"{field} occurs more than once.")
            : rule is not null ? (field, $"{field} {rule}")
            : (field, $"{field} is not a member of this request; known: {string.Join(", ", known)}.");
    }

    /// <summary>Follows a path such as <c>$.files[0].size</c> through the contract, as far as that describes it.</summary>
    /// <returns>The field, as validation names it; its rule, <c>null</c> for an unknown member; and the members that are known there.</returns>
    private static (string Field, string? Rule, IEnumerable<string> Known) Resolve(string path, Type contract)
    {
        var (field, rule, type, known) = ("", default(string), contract, JsonFields.NamesOf(contract));
        foreach (Match step in Step().Matches(path))
        {
            if (step.Groups["index"] is { Success: true } index)
            {
                if (JsonFields.ItemOf(type) is not { } item)
                {
                    break;
                }

                (field, type, rule) = ($"{field}[{index.Value}]", item, JsonFields.RuleOf(item));
                continue;
            }

            if (field.Length > 0 && !JsonFields.IsContract(type))
            {
                break;
            }

            var name = step.Groups["name"].Value;
            (field, known) = (field.Length > 0 ? $"{field}.{name}" : name, JsonFields.NamesOf(type));
            (rule, type) = (JsonFields.RuleOf(type, name), JsonFields.TypeOf(type, name) ?? typeof(object));
        }

        return (field, rule, known);
    }

    private static string RuleOf(Type? contract, string key) => contract is null ? "is invalid."
        : !JsonFields.IsContract(contract) ? JsonFields.RuleOf(contract)
        : JsonFields.RuleOf(contract, key) ?? "is invalid.";

    /// <summary>The first member in a path such as <c>$.seed</c> or <c>$['a.b']</c>.</summary>
    [GeneratedRegex(@"^\$(\.(?<name>[^.\[]+)|\['(?<name>.+?)'\])")]
    private static partial Regex Member();

    /// <summary>Each member and each index of a path.</summary>
    [GeneratedRegex(@"\.(?<name>[^.\[]+)|\['(?<name>.+?)'\]|\[(?<index>[0-9]+)\]")]
    private static partial Regex Step();

    /// <summary>The name in the framework's message about a duplicate member.</summary>
    [GeneratedRegex("^Duplicate property '(?<name>.*)' encountered", RegexOptions.Singleline)]
    private static partial Regex Duplicate();
}
