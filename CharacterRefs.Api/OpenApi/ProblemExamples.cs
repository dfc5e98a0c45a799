using System.Reflection;
using System.Text.Json.Nodes;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using Microsoft.AspNetCore.Mvc.Controllers;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Examples of problems that fit the operation they are shown with.</summary>
internal static class ProblemExamples
{
    private const long DefaultMaxBody = 32 << 20;
    private const int MaxHookBody = 1 << 20;
    public const string ImageId = "019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44";
    private const string GenerationId = "019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a40";

    public static JsonObject Of(ErrorKind kind, OperationFilterContext context)
    {
        var (status, title) = ErrorTable.Row(kind);
        var (field, detail) = kind is ErrorKind.ValidationError ? Invalid(context)
            : (null, OperationProblems.Find(((ControllerActionDescriptor)context.ApiDescription.ActionDescriptor).ActionName, kind) ?? Detail(kind, context));
        return Of(kind.ToString(), status, title, field, detail, context);
    }

    /// <param name="field">The field that is invalid; <c>null</c> when no single one is.</param>
    public static JsonObject Of(string code, int status, string title, string? field, string detail, OperationFilterContext context)
    {
        var problem = new JsonObject
        {
            ["title"] = title,
            ["status"] = status,
            ["detail"] = detail,
            ["instance"] = "/" + context.ApiDescription.RelativePath!
                .Replace("{image_id}", ImageId, StringComparison.Ordinal)
                .Replace("{generation_id}", GenerationId, StringComparison.Ordinal)
                .Replace("{job_id}", "video-42", StringComparison.Ordinal)
                .Replace("{key}", $"character_references/{ImageId}.png", StringComparison.Ordinal),
            ["error"] = code,
            ["traceId"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
        };
        if (field is not null)
        {
            problem["errors"] = new JsonObject { [field] = new JsonArray(detail) };
        }

        return problem;
    }

    private static (string Field, string Detail) Invalid(OperationFilterContext context) =>
        context.MethodInfo.GetCustomAttribute<ProducesProblemsAttribute>() is { InvalidField: { } field, InvalidDetail: { } detail } ? (field, detail)
        : IsOfJob(context) ? ("job_id", $"job_id must be {JobId.Rule}.")
        : IsOfGeneration(context) ? ("generation_id", $"generation_id must be a UUID of 36 characters, such as {GenerationId}.")
        : ("image_id", $"image_id must be a UUID of 36 characters, such as {ImageId}.");

    private static string Detail(ErrorKind kind, OperationFilterContext context) => kind switch
    {
        ErrorKind.Unauthorized => IsHook(context)
            ? "The webhook's signature is invalid, or its timestamp is more than five minutes off."
            : $"Send a valid key in the {ApiKeys.HeaderName} header.",
        ErrorKind.Forbidden => HostGate.Refusal("example.org"),
        ErrorKind.BudgetExceeded =>
            "The request may cost 0.16 USD. Today's generations cost 4.92 USD of 5 USD (BUDGET_USD_PER_DAY); nothing was paid.",
        ErrorKind.IdempotencyKeyReused => "This Idempotency-Key belongs to a request with another body; use a new key for a new request.",
        ErrorKind.NotFound => IsOfJob(context) ? "No assets of job video-42 were found in the store."
            : IsHook(context)
                ? "PUBLIC_BASE_URL is not configured, so no webhooks are accepted."
            : IsOfGeneration(context) ? $"Generation with ID {GenerationId} not found"
            : IsSigned(context) ? "The asset was not found, or its URL was not signed here or has expired."
            : $"Character reference image with ID {ImageId} not found",
        ErrorKind.Conflict => IsOfJob(context) ? "Another request is changing the assets of job video-42. Retry after it has finished."
            : IsOfGeneration(context) ? $"Generation {GenerationId} is still running; cancel it or wait until it ends."
            : IsGeneration(context) ? "The generation was canceled."
            : $"Character reference image with ID {ImageId} is in use by job video-42. Remove it from there first.",
        ErrorKind.PayloadTooLarge =>
            $"The body is larger than the {(IsUpload(context) ? DefaultMaxBody : IsHook(context) ? MaxHookBody : BodyLimits.Json)} bytes that " +
            "this request accepts.",
        ErrorKind.GenerationRejected => "The model black-forest-labs/flux-1.1-pro refused the input: E005 sensitive content",
        ErrorKind.RateLimited => IsEvents(context)
            ? "This client has 100 event streams open, and 100 are allowed (EVENT_STREAMS_PER_CLIENT); close one, or poll."
            : "16 generations run and 1000 wait (GENERATION_CONCURRENCY, GENERATION_QUEUE); no more are accepted now.",
        ErrorKind.UpstreamFailed => "The model returned a file that is not an acceptable image.",
        ErrorKind.UpstreamTimedOut => "The model black-forest-labs/flux-1.1-pro did not finish within 300 seconds and was canceled.",
        ErrorKind.ConfigurationError => IsGeneration(context) ? "REPLICATE_API_TOKEN is not configured" :
            "No AWS credentials were found. Checked: AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY (environment and .env), AWS_PROFILE and the shared files "
            + "~/.aws/credentials and ~/.aws/config, a web identity token, the container's credentials, and the instance metadata service.",
        ErrorKind.StorageUnavailable => IsGeneration(context) || IsOfGeneration(context) ? "The catalog could not be written: the disk is full."
            : "The store does not accept connections. Check that it runs, and S3_ENDPOINT.",
        ErrorKind.Overloaded => $"The derivative of image {ImageId} was not rendered within 10 seconds (IMAGE_DECODE_TIMEOUT).",
        ErrorKind.InternalError => "The service failed unexpectedly; quote the traceId when you report it.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static bool IsSigned(OperationFilterContext context) => context.ApiDescription.RelativePath!.Contains("{key}", StringComparison.Ordinal);

    /// <summary>Whether the operation accepts a signature in its headers instead of a key.</summary>
    public static bool IsHook(OperationFilterContext context) =>
        context.ApiDescription.RelativePath!.EndsWith("hooks/replicate", StringComparison.Ordinal);

    private static bool IsOfJob(OperationFilterContext context) => context.ApiDescription.RelativePath!.Contains("{job_id}", StringComparison.Ordinal);

    private static bool IsOfGeneration(OperationFilterContext context) =>
        context.ApiDescription.RelativePath!.Contains("{generation_id}", StringComparison.Ordinal);

    private static bool IsEvents(OperationFilterContext context) => context.MethodInfo.GetCustomAttribute<ProducesEventsAttribute>() is not null;

    private static bool IsUpload(OperationFilterContext context) => context.MethodInfo.GetCustomAttribute<FileUploadAttribute>() is not null;

    private static bool IsGeneration(OperationFilterContext context) =>
        context.MethodInfo.GetCustomAttribute<ProducesProblemsAttribute>()?.Kinds.Contains(ErrorKind.GenerationRejected) is true;
}
