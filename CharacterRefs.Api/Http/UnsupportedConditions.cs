using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Net.Http.Headers;

namespace CharacterRefs.Api.Http;

/// <summary>
/// Rejects changes on a condition: no change evaluates one, and a client that sends <c>If-Match</c> relies on it to overwrite nothing that it has not seen.
/// </summary>
internal sealed class UnsupportedConditions : IResourceFilter
{
    private static readonly string[] s_names = [HeaderNames.IfMatch, HeaderNames.IfNoneMatch, HeaderNames.IfUnmodifiedSince];

    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        var request = context.HttpContext.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && s_names.FirstOrDefault(request.Headers.ContainsKey) is { } name)
        {
            context.Result = ProblemBodies.ToResult(context.HttpContext, ProblemBodies.Create(
                context.HttpContext, Error.Invalid(name, $"{name} is not supported by {request.Method}. Send the request without it.")));
        }
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}
