using System.Reflection;
using CharacterRefs.Domain.Assets;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Describes answers that are image bytes.</summary>
internal sealed class ImageBytesFilter : IOperationFilter
{
    private static readonly OpenApiSchema Bytes = new() { Type = JsonSchemaType.String, Format = "binary" };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.MethodInfo.GetCustomAttribute<ProducesImageAttribute>() is not { } produces)
        {
            return;
        }

        operation.Responses ??= [];
        operation.Responses["200"] = Response("The image.", hasBody: true);
        if (produces.Location is { } location)
        {
            operation.Responses["200"].Content!["application/json"] = new OpenApiMediaType { Schema = context.SchemaGenerator.GenerateSchema(location, context.SchemaRepository) };
        }

        operation.Responses["302"] = new OpenApiResponse { Description = "With cloud serving: Location is a presigned URL of the image." };
        operation.Responses["206"] = Response("The part that Range asked for.", hasBody: true);
        operation.Responses["304"] = Response("The client's copy, named by If-None-Match or If-Modified-Since, is the image.", hasBody: false);
        operation.Responses["416"] = Response("The range lies outside the image; Content-Range tells its length.", hasBody: false);
    }

    private static OpenApiResponse Response(string description, bool hasBody) => new()
    {
        Description = description,
        Content = hasBody
            ? ImageFormat.All.ToDictionary(format => format.MediaType, _ => (IOpenApiMediaType)new OpenApiMediaType { Schema = Bytes })
            : null,
        Headers = new Dictionary<string, IOpenApiHeader>
        {
            ["ETag"] = new OpenApiHeader { Description = "\"sha256-\" and the SHA-256 of the bytes.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
        },
    };
}
