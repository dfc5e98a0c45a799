using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>A real Kestrel server on a loopback port, which can be closed and opened again on the same port.</summary>
internal sealed class LoopbackServer(RequestDelegate handle) : IAsyncDisposable
{
    private WebApplication? _app;

    public int Port { get; private set; }

    public string Origin => $"http://127.0.0.1:{Port}";

    public async Task OpenAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, Port);
            kestrel.Limits.MaxRequestBodySize = 100 * 1024 * 1024;
        });

        // A request that is made to hang must not hold up the end of a test.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(50));
        _app = builder.Build();
        _app.Run(handle);
        await _app.StartAsync();
        Port = new Uri(_app.Urls.Single()).Port;
    }

    public async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _app, null) is { } app)
        {
            await app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync();
}
