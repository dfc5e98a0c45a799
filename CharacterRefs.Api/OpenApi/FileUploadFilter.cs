using System.Reflection;
using CharacterRefs.Api.Http;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Describes the bodies that the action reads itself: a multipart form, or the bytes of a file.</summary>
internal sealed class FileUploadFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.MethodInfo.GetCustomAttribute<RawBodyAttribute>() is not null)
        {
            operation.RequestBody = Body("application/octet-stream", new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" });
        }
        else if (context.MethodInfo.GetCustomAttribute<FileUploadAttribute>() is not null)
        {
            operation.RequestBody = Body("multipart/form-data", new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Required = new HashSet<string> { SingleFilePartStream.PartName },
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    [SingleFilePartStream.PartName] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary", Description = "The image file." },
                },
            });
        }
    }

    private static OpenApiRequestBody Body(string mediaType, OpenApiSchema schema) => new()
    {
        Required = true,
        Content = new Dictionary<string, IOpenApiMediaType> { [mediaType] = new OpenApiMediaType { Schema = schema } },
    };
}
