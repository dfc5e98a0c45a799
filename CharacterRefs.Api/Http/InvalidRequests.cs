using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.Http;

/// <summary>Turns what binding and validation found into one problem that names fields as the client wrote them.</summary>
internal static class InvalidRequests
{
    private const string Body = "body";

    public static IActionResult ToProblem(ActionContext context)
    {
        var contract = context.ActionDescriptor.Parameters
            .FirstOrDefault(parameter => parameter.BindingInfo?.BindingSource is { } source && (source == BindingSource.Body || source == BindingSource.Query))
            ?.ParameterType;
        var entries = context.ModelState.Where(entry => entry.Value is { Errors.Count: > 0 }).ToList();

        // When the body could not be read, the binder also complains that the parameter has no value; that says nothing to a client.
        var unreadable = entries.Where(entry => entry.Value!.Errors.Any(error => error.Exception is JsonException) || entry.Key.StartsWith('$')).ToList();
        var errors = (unreadable.Count > 0 ? unreadable : entries)
            .Select(entry => Describe(entry.Key, entry.Value!, contract))
            .GroupBy(described => described.Field)
            .ToDictionary(field => field.Key, field => field.SelectMany(described => described.Messages).Distinct().ToArray());
        return Problems.ToResult(context.HttpContext, Problems.Invalid(context.HttpContext, errors));
    }

    private static (string Field, IEnumerable<string> Messages) Describe(string key, ModelStateEntry entry, Type? contract)
    {
        if (entry.Errors.Select(error => error.Exception).OfType<JsonException>().FirstOrDefault() is { } json)
        {
            return DescribeJson(json, contract);
        }

        if (key.Length == 0)
        {
            return (Body, ["The body must be a JSON object."]);
        }

        return (key, entry.Errors.Select(error => error.Exception is null && entry.ValidationState is ModelValidationState.Invalid && IsConversion(error, entry)
            ? $"{key} {RuleOf(contract, key)}"
            : error.ErrorMessage));
    }

    /// <summary>A query value that could not be converted has the framework's generic wording; validators write their own.</summary>
    private static bool IsConversion(ModelError error, ModelStateEntry entry) =>
        entry.AttemptedValue is { } attempted && error.ErrorMessage.Contains($"'{attempted}'", StringComparison.Ordinal);

    private static (string Field, IEnumerable<string> Messages) DescribeJson(JsonException json, Type? contract)
    {
        var name = json.Path is { } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..].Split('.', '[')[0] : "";
        if (name.Length == 0 || contract is null)
        {
            return (Body, [$"The body is not valid JSON, or no object, near line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}."]);
        }

        return JsonFields.RuleOf(contract, name) is { } rule
            ? (name, [$"{name} {rule}"])
            : (name, [$"{name} is not a member of this request; known: {string.Join(", ", JsonFields.NamesOf(contract))}."]);
    }

    private static string RuleOf(Type? contract, string key) => contract is null ? "is not acceptable." : JsonFields.RuleOf(contract, key) ?? "is not acceptable.";
}
