using Microsoft.Net.Http.Headers;

namespace CharacterRefs.Api.Http;

/// <summary>Creates problem bodies (RFC 9457) with the members of the contract.</summary>
internal static class ProblemBodies
{
    public const string MediaType = "application/problem+json";
    public const string CodeMember = "error";
    private const string ErrorsMember = "errors";
    private const string PaidMember = "paid";
    private const string UnknownImageIdsMember = "unknown_image_ids";

    /// <summary>Creates the problem of an error and sets its <c>Retry-After</c> header.</summary>
    public static ProblemDetails Create(HttpContext context, Error error)
    {
        if (ErrorTable.RetryAfter(error) is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return Create(error);
    }

    /// <summary>Creates the problem of an error.</summary>
    public static ProblemDetails Create(Error error)
    {
        var (status, title) = ErrorTable.Row(error.Kind);
        var problem = new ProblemDetails { Status = status, Title = title, Detail = error.Detail, Extensions = { [CodeMember] = error.Kind.ToString() } };
        if (error.UnknownImageIds is { } unknown)
        {
            problem.Extensions[UnknownImageIdsMember] = unknown;
        }

        if (error.IsPaid)
        {
            problem.Extensions[PaidMember] = true;
        }

        return error.Field is { } field
            ? WithErrors(problem, new Dictionary<string, string[]> { [field] = [error.Detail] })
            : problem;
    }

    /// <summary>Creates the problem of invalid fields.</summary>
    public static ProblemDetails Invalid(HttpContext context, IReadOnlyDictionary<string, string[]> errors) =>
        WithErrors(
            Create(context, new Error(ErrorKind.ValidationError, string.Join(" ", errors.Values.SelectMany(messages => messages)))),
            errors);

    /// <summary>Adds the members common to all problems; called by the problem details service.</summary>
    public static void Complete(HttpContext context, ProblemDetails problem)
    {
        problem.Type ??= ProblemWriter.NoType;
        problem.Instance ??= context.Request.Path;
        var status = problem.Status ?? context.Response.StatusCode;
        if (status == StatusCodes.Status415UnsupportedMediaType)
        {
            DescribeMediaType(problem, context.Request.ContentType);
        }

        problem.Extensions.TryAdd(CodeMember, ErrorTable.CodeOf(status));
    }

    /// <summary>Says which media types are accepted.</summary>
    public static void DescribeMediaType(ProblemDetails problem, string? contentType)
    {
        problem.Detail = $"Content-Type must be application/json in UTF-8, or multipart/form-data for an upload; it is \"{contentType}\".";
        WithErrors(problem, new Dictionary<string, string[]> { [HeaderNames.ContentType] = [problem.Detail] });
    }

    /// <summary>Responds with an error from a middleware.</summary>
    public static async Task WriteAsync(HttpContext context, Error error)
    {
        var problem = Create(context, error);
        context.Response.StatusCode = problem.Status ?? StatusCodes.Status500InternalServerError;
        var service = context.RequestServices.GetRequiredService<IProblemDetailsService>();
        await service.WriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
    }

    /// <summary>Returns an error from an action.</summary>
    public static ActionResult ToProblem(this ControllerBase controller, Error error) =>
        ToResult(controller.HttpContext, Create(controller.HttpContext, error));

    /// <summary>Returns a result that the problem details service writes.</summary>
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
