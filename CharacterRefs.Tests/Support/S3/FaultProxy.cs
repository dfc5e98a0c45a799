using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Support.S3;

/// <summary>
/// A port in front of a real S3 server where a script decides for each request what becomes of it. What it passes on it passes as it came, the
/// <c>Host</c> included, because that is signed.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly LoopbackServer _server;

    private FaultProxy(Uri target) =>
        _server = new LoopbackServer(context => (Script ?? PassOn)(new ProxiedCall(context, target, _http)));

    /// <summary>What becomes of each request; <c>null</c> passes all on.</summary>
    public Func<ProxiedCall, Task>? Script { get; set; }

    public Uri Address => new(_server.Origin);

    public static async Task<FaultProxy> StartAsync(Uri target)
    {
        var proxy = new FaultProxy(target);
        await proxy._server.OpenAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    private static Task PassOn(ProxiedCall call) => call.PassOnAsync();
}
