using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Support.S3;

/// <summary>
/// A proxy in front of a real S3 server; a script decides about each request. Requests are forwarded unchanged, the <c>Host</c> header included, because it
/// is signed.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly LoopbackServer _server;

    private FaultProxy(Uri target) =>
        _server = new LoopbackServer(context => (Script ?? PassOn)(new ProxiedCall(context, target, _http)));

    /// <summary>Handles each request; <c>null</c> forwards all.</summary>
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
