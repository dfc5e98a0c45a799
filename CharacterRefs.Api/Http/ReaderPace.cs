using CharacterRefs.Api.Configuration;
using Microsoft.AspNetCore.Http.Features;

namespace CharacterRefs.Api.Http;

/// <summary>
/// Aborts responses whose client does not read. The server's own data rate gives credit for every byte written so far, so that after a large file a client
/// could keep its connection for hours.
/// </summary>
internal sealed partial class ReaderPace(RequestDelegate next, ApiOptions options, TimeProvider clock, ILogger<ReaderPace> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var paced = new PacedWriter(body.Writer, options.ResponseStallTimeout, clock, () =>
        {
            LogStalled(logger, context.Request.Method, context.Request.Path, context.Connection.RemoteIpAddress?.ToString());
            context.Abort();
        });
        context.Features.Set<IHttpResponseBodyFeature>(new WrappedBody(body, paced));
        try
        {
            await next(context);
        }
        finally
        {
            context.Features.Set(body);
        }
    }

    [LoggerMessage(313, LogLevel.Information, "{Method} {Path} was aborted: {Address} did not read its response (RESPONSE_STALL_TIMEOUT)")]
    private static partial void LogStalled(ILogger logger, string method, string path, string? address);
}
