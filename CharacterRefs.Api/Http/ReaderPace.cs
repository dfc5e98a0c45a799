using CharacterRefs.Api.Configuration;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace CharacterRefs.Api.Http;

/// <summary>
/// Aborts responses whose client does not read. The server's own data rate gives credit for every byte written so far, so that after a large file a client
/// could keep its connection for hours. So it is off during a response, and limits only how long the rest of it stays in the server's buffer.
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
        var server = context.Features.Get<IHttpMinResponseDataRateFeature>(); // null on servers other than Kestrel
        var rate = server?.MinDataRate;
        SetRate(server, null);
        try
        {
            await next(context);
        }
        finally
        {
            context.Features.Set(body);
            SetRate(server, rate);
        }
    }

    private static void SetRate(IHttpMinResponseDataRateFeature? server, MinDataRate? rate)
    {
        if (server is not null)
        {
            server.MinDataRate = rate;
        }
    }

    [LoggerMessage(313, LogLevel.Information, "{Method} {Path} was aborted: {Address} did not read its response (RESPONSE_STALL_TIMEOUT)")]
    private static partial void LogStalled(ILogger logger, string method, string path, string? address);
}
