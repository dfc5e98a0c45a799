using System.Globalization;
using CharacterRefs.Application.Results;
using Microsoft.AspNetCore.Mvc;

namespace CharacterRefs.Api.Http;

/// <summary>Makes the problem bodies of RFC 9457 with the members of the contract.</summary>
internal static class Problems
{
    public const string MediaType = "application/problem+json";
    private const string CodeMember = "error";
    private const string ErrorsMember = "errors";
    private const string UnknownImageIdsMember = "unknown_image_ids";

    /// <summary>The problem of a refusal, with its <c>Retry-After</c> header set.</summary>
    public static ProblemDetails Create(HttpContext context, Error error)
    {
        if (ErrorTable.RetryAfter(error) is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        var (status, title) = ErrorTable.Row(error.Kind);
        var problem = new ProblemDetails { Status = status, Title = title, Detail = error.Detail, Extensions = { [CodeMember] = error.Kind.ToString() } };
        if (error.UnknownImageIds is { } unknown)
        {
            problem.Extensions[UnknownImageIdsMember] = unknown;
        }

        return error.Field is { } field
            ? WithErrors(problem, new Dictionary<string, string[]> { [field] = [error.Detail] })
            : problem;
    }

    /// <summary>The problem of one or more fields.</summary>
    public static ProblemDetails Invalid(HttpContext context, IReadOnlyDictionary<string, string[]> errors) =>
        WithErrors(
            Create(context, new Error(ErrorKind.ValidationError, string.Join(" ", errors.Values.SelectMany(messages => messages)))),
            errors);

    /// <summary>Adds what every problem has, whoever made it; runs inside the problem details service.</summary>
    public static void Complete(HttpContext context, ProblemDetails problem)
    {
        problem.Type ??= "about:blank"; // RFC 9457, 4.2.1: nothing beyond the status
        problem.Instance ??= context.Request.Path;
        var status = problem.Status ?? context.Response.StatusCode;
        if (status == StatusCodes.Status415UnsupportedMediaType)
        {
            problem.Detail = $"Content-Type must be application/json in UTF-8, or multipart/form-data for an upload; it is \"{context.Request.ContentType}\".";
            WithErrors(problem, new Dictionary<string, string[]> { ["Content-Type"] = [problem.Detail] });
        }

        problem.Extensions.TryAdd(CodeMember, ErrorTable.CodeOf(status));
    }

    /// <summary>Ends an action with a refusal.</summary>
    public static ActionResult ToProblem(this ControllerBase controller, Error error) => ToResult(controller.HttpContext, Create(controller.HttpContext, error));

    /// <summary>A result that goes through the problem details service.</summary>
    public static ActionResult ToResult(HttpContext context, ProblemDetails problem)
    {
        var service = context.RequestServices.GetRequiredService<IProblemDetailsService>();
        return new ProblemResult(service, problem);
    }

    private static ProblemDetails WithErrors(ProblemDetails problem, IReadOnlyDictionary<string, string[]> errors)
    {
        problem.Extensions[ErrorsMember] = errors;
        return problem;
    }
}
