namespace CharacterRefs.Api.Http;

/// <summary>Writes a problem through the problem details service, which adds the trace id and the media type.</summary>
internal sealed class ProblemResult(IProblemDetailsService service, ProblemDetails problem) : ActionResult
{
    public override async Task ExecuteResultAsync(ActionContext context)
    {
        context.HttpContext.Response.StatusCode = problem.Status ?? StatusCodes.Status500InternalServerError;
        await service.WriteAsync(new ProblemDetailsContext { HttpContext = context.HttpContext, ProblemDetails = problem });
    }
}
