using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Describes the health endpoints, which are no actions of a controller. They need no key.</summary>
internal sealed class HealthFilter : IDocumentFilter
{
    private const string SchemaName = "HealthReport";

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        context.SchemaRepository.Schemas.TryAdd(SchemaName, ReportSchema);
        swaggerDoc.Paths["/health/live"] = Describe(
            swaggerDoc, "getLiveness", "Returns whether the process accepts requests.", "Checks nothing else, so that a store that is down restarts nothing.");
        swaggerDoc.Paths["/health/ready"] = Describe(
            swaggerDoc,
            "getReadiness",
            "Returns whether the service can do its work.",
            "Checks the disks, the catalog and the store; 503 when one of them fails.",
            new JsonObject { ["status"] = "unhealthy", ["detail"] = "The store does not accept connections. Check that it runs, and S3_ENDPOINT." });
    }

    /// <param name="document">The document.</param>
    /// <param name="operationId">Name of the operation.</param>
    /// <param name="summary">What it returns.</param>
    /// <param name="description">What it checks.</param>
    /// <param name="failed">The report of a failed check; <c>null</c> when nothing is checked.</param>
    private static OpenApiPathItem Describe(OpenApiDocument document, string operationId, string summary, string description, JsonObject? failed = null)
    {
        var operation = new OpenApiOperation
        {
            OperationId = operationId,
            Summary = summary,
            Description = description,
            Tags = new HashSet<OpenApiTagReference> { new("Operation", document) },
            Security = [],
            Responses = new OpenApiResponses
            {
                ["200"] = Response(document, "Healthy.", new JsonObject { ["status"] = "healthy", ["checks"] = new JsonObject() }),
            },
        };
        if (failed is not null)
        {
            operation.Responses["503"] = Response(
                document, "Unhealthy.", new JsonObject { ["status"] = "unhealthy", ["checks"] = new JsonObject { ["storage"] = failed } });
        }

        return new OpenApiPathItem { Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Get] = operation } };
    }

    private static OpenApiResponse Response(OpenApiDocument document, string description, JsonObject example) => new()
    {
        Description = description,
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            ["application/json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(SchemaName, document), Example = example },
        },
    };

    private static OpenApiSchema Status(string description) =>
        new() { Type = JsonSchemaType.String, Description = description, Enum = ["healthy", "degraded", "unhealthy"] };

    private static OpenApiSchema ReportSchema => new()
    {
        Type = JsonSchemaType.Object,
        Description = "The health of the service.",
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["status"] = Status("The worst of the checks."),
            ["checks"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "The checks by name, each with its status and, when it is not healthy, the cause in detail.",
                AdditionalProperties = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["status"] = Status("The result of the check."),
                        ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null, Description = "The cause; null without one." },
                    },
                },
            },
        },
    };
}
