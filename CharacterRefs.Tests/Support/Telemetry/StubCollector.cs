using System.Collections.Concurrent;
using System.Text;
using CharacterRefs.Tests.Support.Replicate;
using Microsoft.AspNetCore.Http;

namespace CharacterRefs.Tests.Support.Telemetry;

/// <summary>A receiver of OTLP over HTTP on a real loopback port, which accepts everything.</summary>
internal sealed class StubCollector : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly ConcurrentQueue<(string Path, string Authorization, byte[] Body)> _received = [];

    private StubCollector() => _server = new LoopbackServer(HandleAsync);

    public string Origin => _server.Origin;

    /// <summary>Paths and <c>Authorization</c> of the requests.</summary>
    public IEnumerable<(string Path, string Authorization)> Requests => _received.Select(request => (request.Path, request.Authorization));

    public static async Task<StubCollector> StartAsync()
    {
        var collector = new StubCollector();
        await collector._server.OpenAsync();
        return collector;
    }

    /// <summary>All bodies of a path. Names and values are in protobuf as they are, so that a search finds them.</summary>
    public string TextOf(string path) =>
        string.Join('\n', _received.Where(request => request.Path == path).Select(request => Encoding.UTF8.GetString(request.Body)));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _received.Enqueue((context.Request.Path.Value!, context.Request.Headers.Authorization.ToString(), body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }
}
