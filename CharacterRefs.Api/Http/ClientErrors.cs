using Microsoft.AspNetCore.Mvc.Infrastructure;

namespace CharacterRefs.Api.Http;

/// <summary>Turns the framework's own errors into problems; <c>[Produces]</c> would otherwise change their media type.</summary>
internal sealed class ClientErrors : IClientErrorFactory
{
    public IActionResult GetClientError(ActionContext actionContext, IClientErrorActionResult clientError) =>
        ProblemBodies.ToResult(actionContext.HttpContext, new ProblemDetails { Status = clientError.StatusCode });
}
