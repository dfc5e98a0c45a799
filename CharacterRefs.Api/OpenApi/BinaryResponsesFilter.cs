using System.Reflection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Describes responses with the bytes of an image, an asset or an archive.</summary>
internal sealed class BinaryResponsesFilter : IOperationFilter
{
    private static readonly OpenApiSchema s_bytes = new() { Type = JsonSchemaType.String, Format = "binary" };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        operation.Responses ??= [];
        if (context.MethodInfo.GetCustomAttribute<ProducesAssetAttribute>() is not null)
        {
            Describe(operation.Responses, "asset", ["*/*"]);
        }
        else if (context.MethodInfo.GetCustomAttribute<ProducesArchiveAttribute>() is not null)
        {
            Describe(operation.Responses, "archive", ["application/zip"], "\"zip-\" and a hash of what determines the bytes, not of the archive itself.");
        }
        else if (context.MethodInfo.GetCustomAttribute<ProducesEventsAttribute>() is not null)
        {
            operation.Responses["200"] = new OpenApiResponse
            {
                Description = "Server-sent events, each with a generation as JSON.",
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    ["text/event-stream"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
                },
            };
        }
        else if (context.MethodInfo.GetCustomAttribute<ProducesImageAttribute>() is { } produces)
        {
            Describe(operation.Responses, "image", ImageFormat.All.Select(format => format.MediaType));
            operation.Responses["302"] = new OpenApiResponse { Description = "With cloud serving: Location is a presigned URL of the image." };
            if (produces.Location is { } location)
            {
                var schema = context.SchemaGenerator.GenerateSchema(location, context.SchemaRepository);
                operation.Responses["200"].Content!["application/json"] = new OpenApiMediaType { Schema = schema };
            }
        }
    }

    private static void Describe(
        OpenApiResponses responses, string thing, IEnumerable<string> mediaTypes, string entityTag = "\"sha256-\" and the SHA-256 of the bytes.")
    {
        responses["200"] = Response($"The {thing}.", mediaTypes, entityTag);
        responses["206"] = Response("The requested range.", mediaTypes, entityTag);
        responses["304"] = Response($"The client's copy of the {thing} is current, by If-None-Match or If-Modified-Since.", [], entityTag);
        responses["416"] = Response($"The range is outside the {thing}; Content-Range contains its length.", [], entityTag);
    }

    private static OpenApiResponse Response(string description, IEnumerable<string> mediaTypes, string entityTag) => new()
    {
        Description = description,
        Content = mediaTypes.Any() ? mediaTypes.ToDictionary(type => type, _ => (IOpenApiMediaType)new OpenApiMediaType { Schema = s_bytes }) : null,
        Headers = new Dictionary<string, IOpenApiHeader>
        {
            ["ETag"] = new OpenApiHeader { Description = entityTag, Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
        },
    };
}
