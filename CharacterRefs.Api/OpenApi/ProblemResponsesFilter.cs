using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Results;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Adds every error of an operation, with one example per code.</summary>
internal sealed class ProblemResponsesFilter : IOperationFilter
{
    private const string SchemaName = "Problem";

    private static readonly ErrorKind[] Common = [ErrorKind.Unauthorized, ErrorKind.InternalError];

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var kinds = (context.MethodInfo.GetCustomAttribute<ProducesProblemsAttribute>()?.Kinds ?? []).Concat(Common);
        context.SchemaRepository.Schemas.TryAdd(SchemaName, ProblemSchema);
        operation.Responses ??= [];
        foreach (var status in kinds.GroupBy(kind => ErrorTable.Row(kind).Status))
        {
            operation.Responses[status.Key.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = string.Join(" ", status.Select(kind => $"{kind}: {ErrorTable.Row(kind).Title}")),
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    [Problems.MediaType] = new OpenApiMediaType
                    {
                        Schema = new OpenApiSchemaReference(SchemaName, context.Document),
                        Examples = status.ToDictionary(kind => kind.ToString(), kind => (IOpenApiExample)new OpenApiExample { Value = Example(kind, context) }),
                    },
                },
                Headers = status.Any(kind => ErrorTable.RetryAfter(new Error(kind, "")) is not null)
                    ? new Dictionary<string, IOpenApiHeader>
                    {
                        ["Retry-After"] = new OpenApiHeader { Description = "Seconds to wait.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
                    }
                    : null,
            };
        }

        if (context.MethodInfo.GetCustomAttribute<ConsumesAttribute>() is { } consumes)
        {
            AddUnsupportedMediaType(operation.Responses, context, consumes.ContentTypes[0]);
        }
    }

    /// <summary>The framework's refusal of a body of another kind, which is no kind of refusal of a use case.</summary>
    private static void AddUnsupportedMediaType(OpenApiResponses responses, OperationFilterContext context, string mediaType)
    {
        const int Status = StatusCodes.Status415UnsupportedMediaType;
        var code = ErrorTable.CodeOf(Status);
        var detail = $"Content-Type must be {mediaType}.";
        var example = Example(code, Status, ReasonPhrases.GetReasonPhrase(Status), detail, context);
        example["errors"] = new JsonObject { ["Content-Type"] = new JsonArray(detail) };
        responses[Status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
        {
            Description = $"{code}: The body is not {mediaType}.",
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                [Problems.MediaType] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchemaReference(SchemaName, context.Document),
                    Examples = new Dictionary<string, IOpenApiExample> { [code] = new OpenApiExample { Value = example } },
                },
            },
        };
    }

    private static OpenApiSchema ProblemSchema => new()
    {
        Type = JsonSchemaType.Object,
        Description = "What went wrong (RFC 9457).",
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("Link to the status in RFC 9110."),
            ["title"] = Text("The kind of problem in words."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status." },
            ["detail"] = Text("What is wrong with this request, and the limit."),
            ["instance"] = Text("The path that was asked for."),
            ["traceId"] = Text("Finds the request in the log."),
            ["error"] = Text("Stable code."),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "Per field, as the client wrote it, what is wrong; absent when no single one is.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
            ["unknown_image_ids"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Description = "The images of a request for several that do not exist, all of them; absent otherwise.",
                Items = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" },
            },
        },
    };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static JsonObject Example(ErrorKind kind, OperationFilterContext context)
    {
        var (status, title) = ErrorTable.Row(kind);
        var problem = Example(kind.ToString(), status, title, ExampleDetail(kind), context);
        if (kind is ErrorKind.ValidationError)
        {
            problem["errors"] = new JsonObject { ["num_images"] = new JsonArray(ExampleDetail(kind)) };
        }

        return problem;
    }

    private static JsonObject Example(string code, int status, string title, string detail, OperationFilterContext context) => new()
    {
        ["title"] = title,
        ["status"] = status,
        ["detail"] = detail,
        ["instance"] = $"/{context.ApiDescription.RelativePath}",
        ["error"] = code,
        ["traceId"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
    };

    private static string ExampleDetail(ErrorKind kind) => kind switch
    {
        ErrorKind.ValidationError => "num_images must be a whole number from 1 to 4.",
        ErrorKind.Unauthorized => $"Send a valid key in the {ApiKeyGate.HeaderName} header.",
        ErrorKind.NotFound => "Character reference image with ID 019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44 not found",
        ErrorKind.Conflict => "Character reference image with ID 019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44 is in use by job video-42. Remove it from there first.",
        ErrorKind.PayloadTooLarge => "The body is larger than the 262144 bytes that this call accepts.",
        ErrorKind.GenerationRejected => "The model refused the input as sensitive (E005).",
        ErrorKind.RateLimited => "Too many generations are at work.",
        ErrorKind.UpstreamFailed => "The model delivered what is not an acceptable image.",
        ErrorKind.UpstreamTimedOut => "The prediction did not finish within 300 seconds and was cancelled.",
        ErrorKind.ConfigurationError => "REPLICATE_API_TOKEN is not configured",
        ErrorKind.StorageUnavailable => "The disk is full.",
        ErrorKind.InternalError => "The service failed by a fault of its own; quote the traceId when you report it.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
