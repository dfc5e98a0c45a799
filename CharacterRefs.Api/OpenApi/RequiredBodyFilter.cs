using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Describes a request body as required unless the action accepts a request without one.</summary>
internal sealed class RequiredBodyFilter : IRequestBodyFilter
{
    public void Apply(IOpenApiRequestBody requestBody, RequestBodyFilterContext context)
    {
        if (requestBody is OpenApiRequestBody body)
        {
            body.Required = context.BodyParameterDescription?.ParameterDescriptor.BindingInfo?.EmptyBodyBehavior is not EmptyBodyBehavior.Allow;
        }
    }
}
