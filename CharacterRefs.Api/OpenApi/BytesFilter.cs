using System.Reflection;
using CharacterRefs.Domain.Assets;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Describes answers that are the bytes of an image or an asset.</summary>
internal sealed class BytesFilter : IOperationFilter
{
    private static readonly OpenApiSchema Bytes = new() { Type = JsonSchemaType.String, Format = "binary" };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        operation.Responses ??= [];
        if (context.MethodInfo.GetCustomAttribute<ProducesAssetAttribute>() is not null)
        {
            Describe(operation.Responses, "asset", ["*/*"]);
        }
        else if (context.MethodInfo.GetCustomAttribute<ProducesImageAttribute>() is { } produces)
        {
            Describe(operation.Responses, "image", ImageFormat.All.Select(format => format.MediaType));
            operation.Responses["302"] = new OpenApiResponse { Description = "With cloud serving: Location is a presigned URL of the image." };
            if (produces.Location is { } location)
            {
                operation.Responses["200"].Content!["application/json"] = new OpenApiMediaType { Schema = context.SchemaGenerator.GenerateSchema(location, context.SchemaRepository) };
            }
        }
    }

    private static void Describe(OpenApiResponses responses, string thing, IEnumerable<string> mediaTypes)
    {
        responses["200"] = Response($"The {thing}.", mediaTypes);
        responses["206"] = Response("The part that Range asked for.", mediaTypes);
        responses["304"] = Response($"The client's copy, named by If-None-Match or If-Modified-Since, is the {thing}.", []);
        responses["416"] = Response($"The range lies outside the {thing}; Content-Range tells its length.", []);
    }

    private static OpenApiResponse Response(string description, IEnumerable<string> mediaTypes) => new()
    {
        Description = description,
        Content = mediaTypes.Any() ? mediaTypes.ToDictionary(type => type, _ => (IOpenApiMediaType)new OpenApiMediaType { Schema = Bytes }) : null,
        Headers = new Dictionary<string, IOpenApiHeader>
        {
            ["ETag"] = new OpenApiHeader { Description = "\"sha256-\" and the SHA-256 of the bytes.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
        },
    };
}
