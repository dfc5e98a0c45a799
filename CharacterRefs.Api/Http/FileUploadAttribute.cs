using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Net.Http.Headers;

namespace CharacterRefs.Api.Http;

/// <summary>
/// The action itself reads a multipart body with one part <c>file</c>; prevents model binding from reading and buffering it. What the action leaves unread is
/// read after its response.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FileUploadAttribute : Attribute, IAsyncResourceFilter
{
    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        // The framework accepts a missing Content-Type, and one with a valid start that cannot be parsed.
        if (!MediaTypeHeaderValue.TryParse(context.HttpContext.Request.ContentType, out var contentType)
            || !contentType.MediaType.Equals(SingleFilePartStream.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            context.Result = ProblemBodies.ToResult(context.HttpContext, new ProblemDetails { Status = StatusCodes.Status415UnsupportedMediaType });
            return;
        }

        context.ValueProviderFactories.RemoveType<FormValueProviderFactory>();
        context.ValueProviderFactories.RemoveType<FormFileValueProviderFactory>();
        context.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
        if ((await next()).Exception is null)
        {
            await UnreadBody.ReadAfterResponseAsync(context.HttpContext);
        }
    }
}
