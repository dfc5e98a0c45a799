using Microsoft.Net.Http.Headers;

namespace CharacterRefs.Api.Page;

/// <summary>Serves the page at <c>/ui/</c>. It is public: it has no data, and everything it shows comes from the API with the visitor's key.</summary>
internal static class PageEndpoints
{
    private const string Root = "/ui/";
    private const string Identity = "identity";
    private static readonly string[] s_methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/", s_methods, static http => RedirectAsync(http));
        routes.MapMethods(Root, s_methods, static http => http.Request.Path.Value!.EndsWith('/') ? SendIndexAsync(http) : RedirectAsync(http));
        routes.MapMethods(Root + "{version}/{**path}", s_methods, static http => SendFileAsync(http));
    }

    private static Task RedirectAsync(HttpContext http)
    {
        http.Response.Redirect(Root);
        return Task.CompletedTask;
    }

    private static Task SendIndexAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = http.RequestServices.GetRequiredService<PagePolicy>().Write();
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return SendAsync(http, http.RequestServices.GetRequiredService<EmbeddedPage>().Index, "no-cache");
    }

    private static Task SendFileAsync(HttpContext http)
    {
        var values = http.Request.RouteValues;
        if (http.RequestServices.GetRequiredService<EmbeddedPage>().Find((string)values["version"]!, values["path"] as string ?? "") is { } file)
        {
            return SendAsync(http, file, "public, max-age=31536000, immutable");
        }

        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static async Task SendAsync(HttpContext http, PageFile file, string cacheControl)
    {
        var (encoding, bytes) = Choose(http.Request, file);
        var tag = new EntityTagHeaderValue($"\"{file.Hash}-{encoding}\"");
        var headers = http.Response.Headers;
        headers.CacheControl = cacheControl;
        headers.ETag = tag.ToString();
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false)))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        if (encoding != Identity)
        {
            headers.ContentEncoding = encoding;
        }

        http.Response.ContentType = file.ContentType;
        http.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        }
    }

    private static (string Encoding, byte[] Bytes) Choose(HttpRequest request, PageFile file)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding.Where(item => item.Quality is not 0).Select(item => item.Value.Value).ToHashSet();
        return accepted.Contains("br") ? ("br", file.Brotli)
            : accepted.Contains("gzip") ? ("gzip", file.Gzip)
            : (Identity, file.Content);
    }
}
