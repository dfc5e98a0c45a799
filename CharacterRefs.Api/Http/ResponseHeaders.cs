using CharacterRefs.Api.Configuration;
using CharacterRefs.Application.Generations.Run;
using Microsoft.Net.Http.Headers;

namespace CharacterRefs.Api.Http;

/// <summary>Adds the headers that responses have in common, unless an endpoint set its own.</summary>
internal sealed class ResponseHeaders(RequestDelegate next, ApiOptions options, ServiceStop stop)
{
    /// <summary>Response headers that pages of <c>CORS_ORIGINS</c> may read, besides those that CORS always allows.</summary>
    public static readonly string[] Exposed =
    [
        "ETag", "Content-Disposition", "Content-Range", "Idempotent-Replayed", "Location", "Preference-Applied", "Repr-Digest", "Retry-After",
        "WWW-Authenticate", "X-Ignored", "X-Ignored-Count", "X-Served-From",
    ];

    // Swagger UI sets styles on elements and has images as data URLs; its scripts are files.
    private const string SwaggerPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Json = "application/json";

    private const string Challenge = $"ApiKey realm=\"CharacterRefs\", header=\"{ApiKeys.HeaderName}\"";

    private readonly bool _variesByOrigin = options.CorsOrigins.Count > 0;

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state =>
        {
            var (headers, http) = ((ResponseHeaders, HttpContext))state;
            headers.Complete(http);
            return Task.CompletedTask;
        }, (this, context));
        return next(context);
    }

    private void Complete(HttpContext context)
    {
        var response = context.Response;
        var headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (stop.HasBegun)
        {
            // A proxy that kept the connection could send a request while the stop closes it, and nginx repeats no POST that it has sent.
            headers.Connection = "close";
        }

        if (IsOf(ProblemBodies.MediaType, response) || (IsOf(Json, response) && headers.CacheControl.Count == 0))
        {
            // Errors and records can be others in the next second. What has a validator may be kept and revalidated.
            headers.CacheControl = headers.ETag.Count == 0 || response.StatusCode >= StatusCodes.Status400BadRequest ? "no-store" : "private, no-cache";
        }

        if (_variesByOrigin && !headers.GetCommaSeparatedValues(HeaderNames.Vary).Contains(HeaderNames.Origin, StringComparer.OrdinalIgnoreCase))
        {
            // Also without an Origin in the request: a cache must not return that response to a page, which could not read it.
            headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        }

        if (response.StatusCode == StatusCodes.Status401Unauthorized)
        {
            headers.WWWAuthenticate = Challenge; // RFC 9110, 15.5.2
        }

        if (context.Request.Path.StartsWithSegments("/swagger"))
        {
            headers.ContentSecurityPolicy = SwaggerPolicy;
        }
    }

    private static bool IsOf(string mediaType, HttpResponse response) =>
        response.ContentType?.StartsWith(mediaType, StringComparison.OrdinalIgnoreCase) is true;
}
