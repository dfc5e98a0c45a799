using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CharacterRefs.Api.Http;

/// <summary>
/// Rejects query members that the action does not bind, or that occur more than once, together with other validation errors: no option must be ignored.
/// </summary>
internal sealed class QueryMembers(IModelMetadataProvider metadata) : IActionFilter
{
    /// <summary>Runs before the framework's filter of invalid requests, which has -2000.</summary>
    public const int Order = -2100;

    public void OnActionExecuting(ActionExecutingContext context)
    {
        var query = context.HttpContext.Request.Query;
        if (query.Count == 0)
        {
            return;
        }

        var known = context.ActionDescriptor.Parameters.Where(IsFromQuery).SelectMany(NamesOf).ToList();
        foreach (var name in query.Keys.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            context.ModelState.AddModelError(
                name.Length > 0 ? name : "query",
                $"{name} is not a member of this request; known: {(known.Count > 0 ? string.Join(", ", known) : "none")}.");
        }

        foreach (var name in known.Where(name => query[name].Count > 1))
        {
            context.ModelState.AddModelError(name, $"{name} occurs more than once.");
        }
    }

    public void OnActionExecuted(ActionExecutedContext context)
    {
    }

    private static bool IsFromQuery(ParameterDescriptor parameter) => parameter.BindingInfo?.BindingSource == BindingSource.Query;

    private IEnumerable<string> NamesOf(ParameterDescriptor parameter)
    {
        var type = metadata.GetMetadataForType(parameter.ParameterType);
        return type.IsComplexType
            ? type.Properties.Select(property => property.BinderModelName ?? property.Name!)
            : [parameter.BindingInfo?.BinderModelName ?? parameter.Name];
    }
}
