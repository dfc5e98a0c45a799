using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Net.Http.Headers;

namespace CharacterRefs.Api.Http;

/// <summary>
/// The action itself reads the body, of any media type and up to a limit of its own. A body that is a part, or encoded, is rejected.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RawBodyAttribute : Attribute, IResourceFilter
{
    private static readonly (string Name, string Detail)[] s_rejected =
    [
        (HeaderNames.ContentRange, "A file is sent in full, without Content-Range."),
        (HeaderNames.ContentEncoding, "A file is sent as it is, without Content-Encoding."),
    ];

    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        // RFC 9110, 14.5: a server that does not support partial PUT must not take the part for the whole. A coded body would be stored as it is coded.
        foreach (var (name, detail) in s_rejected)
        {
            if (context.HttpContext.Request.Headers.ContainsKey(name))
            {
                context.Result = ProblemBodies.ToResult(context.HttpContext, ProblemBodies.Create(context.HttpContext, Error.Invalid(name, detail)));
                return;
            }
        }
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}
