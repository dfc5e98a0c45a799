using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>
/// Makes what Swagger UI fills in a request that can be executed: no value that only one installation has, and no filters.
/// </summary>
internal sealed class PrefilledValuesFilter : IDocumentFilter
{
    private const string Json = "application/json";

    /// <summary>A job, a directory, an allowed model and a price are needed for these; each request works without them.</summary>
    private static readonly string[] s_ofAnInstallation = ["job_id", "local_base_path", "model", "max_cost_usd"];

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        foreach (var operation in swaggerDoc.Paths.Values.SelectMany(path => path.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>()))
        {
            foreach (var parameter in operation.Parameters ?? [])
            {
                Clear(parameter);
            }

            if (operation.RequestBody?.Content?.TryGetValue(Json, out var content) is true
                && content is OpenApiMediaType { Schema: OpenApiSchemaReference reference } body
                && context.SchemaRepository.Schemas.TryGetValue(reference.Reference.Id!, out var schema))
            {
                body.Example = ExampleOf(schema);
            }
        }
    }

#pragma warning disable CS0618 // The document is OpenAPI 3.0, which has one example a schema
    private static JsonObject ExampleOf(IOpenApiSchema schema)
    {
        var example = new JsonObject();
        foreach (var (name, member) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
        {
            // Without a value here, Swagger UI would fill in the example of the member, or "string".
            example[name] = s_ofAnInstallation.Contains(name) ? null : (member.Example ?? member.Examples?.FirstOrDefault())?.DeepClone();
        }

        return example;
    }

    private static void Clear(IOpenApiParameter parameter)
    {
        if (parameter is OpenApiParameter { In: ParameterLocation.Query, Required: false } query)
        {
            query.Example = null;
            if (query.Schema is OpenApiSchema schema)
            {
                schema.Example = null;
                schema.Examples = null;
            }
        }
    }
#pragma warning restore CS0618
}
