using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CharacterRefs.Api.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Bodies of problems as an operation sends them, made by the code that makes the real ones.</summary>
internal sealed partial class ProblemExamples(IOptions<ApiBehaviorOptions> api)
{
    private const string OtherType = "text/plain";

    /// <summary>The values of the parameters in the path, and for those that an example may be about, one that is not valid.</summary>
    private static readonly Dictionary<string, (string Valid, string Invalid)> s_parameters = new()
    {
        ["image_id"] = (OperationProblems.ImageId.ToString(), "42"),
        ["generation_id"] = (OperationProblems.GenerationId.ToString(), "42"),
        ["job_id"] = (OperationProblems.Job.ToString(), $"{OperationProblems.Job}."),
        ["name"] = ("thumb.webp", "large.webp"),
        ["path"] = (OperationProblems.Path.ToString(), "movie.mp4"),
        ["key"] = ($"character_references/{OperationProblems.ImageId}.png", ""),
    };

    /// <summary>The problem of an error kind.</summary>
    public JsonObject Of(ErrorKind kind, OperationFilterContext context)
    {
        var error = OperationProblems.Find(kind, context);
        return Of(ProblemBodies.Create(error), kind is ErrorKind.ValidationError ? error.Field : null, context);
    }

    /// <summary>The problem of a body of another media type, which is the framework's and no error kind of a use case.</summary>
    public JsonObject OfMediaType(OperationFilterContext context)
    {
        const int Status = StatusCodes.Status415UnsupportedMediaType;
        var problem = new ProblemDetails { Status = Status, Title = ReasonPhrases.GetReasonPhrase(Status) };
        ProblemBodies.DescribeMediaType(problem, OtherType);
        problem.Extensions[ProblemBodies.CodeMember] = ErrorTable.CodeOf(Status);
        return Of(problem, null, context);
    }

    private JsonObject Of(ProblemDetails problem, string? invalid, OperationFilterContext context)
    {
        var body = new JsonObject
        {
            ["type"] = ProblemWriter.TypeOf(problem.Status ?? 0, api.Value),
            ["title"] = problem.Title,
            ["status"] = problem.Status,
            ["detail"] = problem.Detail,
            ["instance"] = "/" + Parameter().Replace(
                context.ApiDescription.RelativePath!,
                match => match.Groups["name"].Value == invalid ? s_parameters[invalid].Invalid : s_parameters[match.Groups["name"].Value].Valid),
        };
        foreach (var (name, value) in problem.Extensions)
        {
            body[name] = System.Text.Json.JsonSerializer.SerializeToNode(value);
        }

        body["traceId"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
        return body;
    }

    [GeneratedRegex(@"\{(?<name>[a-z_]+)\}")]
    private static partial Regex Parameter();
}
