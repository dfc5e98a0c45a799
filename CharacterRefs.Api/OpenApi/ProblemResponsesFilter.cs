using System.Reflection;
using System.Text.Json.Nodes;
using CharacterRefs.Api.Http;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Adds every error response of an operation, with one example per code.</summary>
internal sealed class ProblemResponsesFilter(IOptions<ApiBehaviorOptions> api) : IOperationFilter
{
    private const string SchemaName = "Problem";
    private readonly ProblemExamples _examples = new(api);

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var declared = context.MethodInfo.GetCustomAttribute<ProducesProblemsAttribute>();
        ErrorKind[] common = [.. declared?.TakesNoKey is true ? [] : new[] { ErrorKind.Unauthorized }, ErrorKind.Forbidden, ErrorKind.InternalError];
        var kinds = (declared?.Kinds ?? []).Union(common);
        if (declared?.TakesNoKey is true)
        {
            operation.Security = [];
        }

        context.SchemaRepository.Schemas.TryAdd(SchemaName, ProblemSchema);
        operation.Responses ??= [];
        foreach (var status in kinds.GroupBy(kind => ErrorTable.Row(kind).Status))
        {
            var response = Response(
                string.Join(" ", status.Select(kind => $"{kind}: {ErrorTable.Row(kind).Title}")),
                status.ToDictionary(kind => kind.ToString(), kind => _examples.Of(kind, context)),
                context);
            if (status.Any(kind => ErrorTable.RetryAfter(new Error(kind, "")) is not null))
            {
                response.Headers = new Dictionary<string, IOpenApiHeader>
                {
                    ["Retry-After"] = new OpenApiHeader
                    {
                        Description = "Seconds to wait before a retry.",
                        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
                    },
                };
            }

            operation.Responses[status.Key.ToString(CultureInfo.InvariantCulture)] = response;
        }

        if (IsHook(context))
        {
            operation.Security = [];
        }

        if (context.MethodInfo.GetCustomAttribute<ConsumesAttribute>() is { } consumes)
        {
            AddUnsupportedMediaType(operation.Responses, context, consumes.ContentTypes[0]);
        }
    }

    /// <summary>Whether the operation accepts a signature in its headers instead of a key.</summary>
    private static bool IsHook(OperationFilterContext context) =>
        context.ApiDescription.RelativePath!.EndsWith("hooks/replicate", StringComparison.Ordinal);

    /// <summary>The framework's error for a body of another media type, which is not an error kind of a use case.</summary>
    private void AddUnsupportedMediaType(OpenApiResponses responses, OperationFilterContext context, string mediaType)
    {
        const int Status = StatusCodes.Status415UnsupportedMediaType;
        var code = ErrorTable.CodeOf(Status);
        responses[Status.ToString(CultureInfo.InvariantCulture)] =
            Response($"{code}: The body is not {mediaType}.", new Dictionary<string, JsonObject> { [code] = _examples.OfMediaType(context) }, context);
    }

    private static OpenApiResponse Response(string description, Dictionary<string, JsonObject> examples, OperationFilterContext context) => new()
    {
        Description = description,
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            [ProblemBodies.MediaType] = new OpenApiMediaType
            {
                Schema = new OpenApiSchemaReference(SchemaName, context.Document),
                Examples = examples.ToDictionary(example => example.Key, example => (IOpenApiExample)new OpenApiExample { Value = example.Value }),
            },
        },
    };

    private static OpenApiSchema ProblemSchema => new()
    {
        Type = JsonSchemaType.Object,
        Description = "An error (RFC 9457).",
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("Link to the status in RFC 9110.", "about:blank"),
            ["title"] = Text("The kind of error.", ErrorTable.Row(ErrorKind.ValidationError).Title),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Description = "The HTTP status." },
            ["detail"] = Text("What is wrong with this request, and what is allowed.", "num_images must be a whole number from 1 to 4."),
            ["instance"] = Text("The path of the request.", "/api/mv/generate_character_reference"),
            ["traceId"] = Text("Identifies the request in the log.", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"),
            ["error"] = Text(
                "Stable code. Codes can be added; treat an unknown code by its status. Known: "
                + $"{string.Join(", ", Enum.GetNames<ErrorKind>().Select(name => $"`{name}`"))}, "
                + "`MethodNotAllowed`, `NotAcceptable`, `PreconditionFailed`, `UnsupportedMediaType`, `RangeNotSatisfiable`, `BadRequest`.",
                nameof(ErrorKind.ValidationError)),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "The invalid fields by the names used in the request, each with its messages; absent if the error is not about fields.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
            ["paid"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Boolean,
                Description = "true when the provider charged for an image that cannot be used, or may have, so that a retry is paid again; absent otherwise.",
            },
            ["unknown_image_ids"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Description = "All requested images that do not exist, for a request with several; absent otherwise.",
                Items = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" },
            },
        },
    };

#pragma warning disable CS0618 // Examples exists in OpenAPI 3.1 only
    private static OpenApiSchema Text(string description, string example) =>
        new() { Type = JsonSchemaType.String, Description = description, Example = example };
#pragma warning restore CS0618
}
