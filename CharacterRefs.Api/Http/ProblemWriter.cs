using System.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace CharacterRefs.Api.Http;

/// <summary>Writes every problem as JSON, whatever <c>Accept</c> says; the framework's writers send no body to clients that do not accept JSON.</summary>
internal sealed class ProblemWriter(IOptions<ApiBehaviorOptions> api, IOptions<ProblemDetailsOptions> problems, IOptions<JsonOptions> json)
    : IProblemDetailsWriter
{
    /// <summary>RFC 9457, 4.2.1: no meaning beyond the status.</summary>
    public const string NoType = "about:blank";

    /// <summary>The link to what a status means.</summary>
    public static string TypeOf(int status, ApiBehaviorOptions api) =>
        api.ClientErrorMapping.TryGetValue(status, out var known) && known.Link is { } link ? link : NoType;

    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var response = context.HttpContext.Response;
        var problem = context.ProblemDetails;
        var status = problem.Status ??= response.StatusCode;
        problem.Title ??= ReasonPhrases.GetReasonPhrase(status);
        problem.Type ??= TypeOf(status, api.Value);
        problem.Extensions.TryAdd("traceId", Activity.Current?.Id ?? context.HttpContext.TraceIdentifier);
        problems.Value.CustomizeProblemDetails?.Invoke(context);
        await response.WriteAsJsonAsync(problem, problem.GetType(), json.Value.SerializerOptions, ProblemBodies.MediaType);
    }
}
