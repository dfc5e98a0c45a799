using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Net.Http.Headers;

namespace CharacterRefs.Api.Http;

/// <summary>The action reads a multipart body with one part <c>file</c> by itself; model binding must not read, and buffer, it before.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FileUploadAttribute : Attribute, IResourceFilter
{
    /// <inheritdoc/>
    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        // The framework lets a missing Content-Type pass, and one that starts well and cannot be read.
        if (!MediaTypeHeaderValue.TryParse(context.HttpContext.Request.ContentType, out var contentType)
            || !contentType.MediaType.Equals(SingleFilePartStream.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            context.Result = Problems.ToResult(context.HttpContext, new ProblemDetails { Status = StatusCodes.Status415UnsupportedMediaType });
            return;
        }

        context.ValueProviderFactories.RemoveType<FormValueProviderFactory>();
        context.ValueProviderFactories.RemoveType<FormFileValueProviderFactory>();
        context.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
    }

    /// <inheritdoc/>
    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}
