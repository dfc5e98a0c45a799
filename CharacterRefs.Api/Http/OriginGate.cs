using CharacterRefs.Api.Configuration;

namespace CharacterRefs.Api.Http;

/// <summary>
/// Rejects changes that a page of another site requests (CSRF). Browsers send some of them without a preflight, such as forms with a file. Origins of
/// <c>CORS_ORIGINS</c> are allowed. Programs that are not browsers send neither header.
/// </summary>
internal sealed class OriginGate(RequestDelegate next, ApiOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        return HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method) || IsOwn(request)
            ? next(context)
            : ProblemBodies.WriteAsync(context, new Error(
                ErrorKind.Forbidden, "A page of another site sent this request. Add its origin to CORS_ORIGINS if it may change something here."));
    }

    private bool IsOwn(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && options.CorsOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            return true;
        }

        // Sent by browsers for URLs that they trust, and never set by a page (Fetch Metadata). It holds behind proxies that change Host, so it goes first.
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return site.Length > 0
            ? site is "same-origin" or "none"
            : origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var url) && IsHost(url, request.Host));
    }

    // Without the scheme: behind a proxy that ends TLS the page is https, and the request http.
    private static bool IsHost(Uri origin, HostString host) => origin.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);
}
