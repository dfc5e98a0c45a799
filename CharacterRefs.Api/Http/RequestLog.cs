using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace CharacterRefs.Api.Http;

/// <summary>
/// Logs one line for each request when it ends. The route template replaces the path, so that ids, signatures and queries are not logged; headers are not
/// logged either.
/// </summary>
internal sealed partial class RequestLog(RequestDelegate next, TimeProvider clock, ILogger<RequestLog> logger)
{
    private const string NoRoute = "(no route)";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!logger.IsEnabled(LogLevel.Information))
        {
            await next(context);
            return;
        }

        var started = clock.GetTimestamp();
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var counted = new CountedWriter(body.Writer);
        context.Features.Set<IHttpResponseBodyFeature>(new WrappedBody(body, counted));
        try
        {
            await next(context);
        }
        finally
        {
            context.Features.Set(body);
            LogRequest(
                logger,
                context.Request.Method,
                RouteOf(context),
                context.Response.StatusCode,
                (long)clock.GetElapsedTime(started).TotalMilliseconds,
                HttpMethods.IsHead(context.Request.Method) ? 0 : counted.Bytes, // the server drops the body of a response to HEAD
                Activity.Current?.Id ?? context.TraceIdentifier);
        }
    }

    private static string RouteOf(HttpContext context)
    {
        // The handler of exceptions clears the endpoint and keeps it in its feature.
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return (endpoint as RouteEndpoint)?.RoutePattern.RawText is { } template ? $"/{template.TrimStart('/')}" : NoRoute;
    }

    [LoggerMessage(204, LogLevel.Information, "{Method} {Route} {Status} in {Milliseconds} ms, {Bytes} bytes, trace {TraceId}")]
    private static partial void LogRequest(ILogger logger, string method, string route, int status, long milliseconds, long bytes, string traceId);
}
