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
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    ["application/octet-stream"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
                },
            };
        }

        if (context.MethodInfo.GetCustomAttribute<FileUploadAttribute>() is null)
        {
            return;
        }

        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                ["multipart/form-data"] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string> { SingleFilePartStream.PartName },
                        Properties = new Dictionary<string, IOpenApiSchema>
                        {
                            [SingleFilePartStream.PartName] = new OpenApiSchema
                            {
                                Type = JsonSchemaType.String,
                                Format = "binary",
                                Description = "The image file.",
                            },
                        },
                    },
                },
            },
        };
    }
}
