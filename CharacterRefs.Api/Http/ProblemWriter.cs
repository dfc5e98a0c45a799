using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace CharacterRefs.Api.Http;

/// <summary>Writes every problem as JSON, whatever <c>Accept</c> says; the framework's writers send no body to clients that do not accept JSON.</summary>
internal sealed class ProblemWriter(IOptions<ApiBehaviorOptions> api, IOptions<ProblemDetailsOptions> problems, IOptions<JsonOptions> json)
    : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var response = context.HttpContext.Response;
        var problem = context.ProblemDetails;
        var status = problem.Status ??= response.StatusCode;
        if (api.Value.ClientErrorMapping.TryGetValue(status, out var known))
        {
            problem.Title ??= known.Title;
            problem.Type ??= known.Link;
        }

        problem.Title ??= ReasonPhrases.GetReasonPhrase(status);
        problem.Extensions.TryAdd("traceId", Activity.Current?.Id ?? context.HttpContext.TraceIdentifier);
        problems.Value.CustomizeProblemDetails?.Invoke(context);
        await response.WriteAsJsonAsync(problem, problem.GetType(), json.Value.SerializerOptions, Problems.MediaType);
    }
}
