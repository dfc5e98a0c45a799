using CharacterRefs.Api.Http;

namespace CharacterRefs.Api.Operation;

/// <summary>Sessions of browsers.</summary>
[ApiController]
[Route("api/mv/session")]
[Tags("Operation")]
public sealed class SessionController : ControllerBase
{
    /// <summary>Exchanges the API key for a cookie that admits GET and HEAD, for images and event streams in a page.</summary>
    /// <remarks>
    /// The cookie is `HttpOnly` and `SameSite=Strict`, and ends with the browser's session, with its API key, or after `SESSION_LIFETIME`. Without configured
    /// API keys, no cookie is needed and none is set.
    /// </remarks>
    [HttpPost]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    public ActionResult OpenSession()
    {
        var services = HttpContext.RequestServices;
        if (services.GetRequiredService<ApiKeys>().Find(Request.Headers[ApiKeys.HeaderName]) is { } keyHash)
        {
            services.GetRequiredService<SessionCookies>().Issue(HttpContext, keyHash);
        }

        return NoContent();
    }

    /// <summary>Removes the cookie of the session.</summary>
    /// <remarks>From then on, images and event streams of the page need the API key again.</remarks>
    [HttpDelete]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    public ActionResult CloseSession()
    {
        SessionCookies.Remove(HttpContext);
        return NoContent();
    }
}
