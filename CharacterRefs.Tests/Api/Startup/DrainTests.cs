using System.Net;
using System.Net.Sockets;
using System.Text;
using CharacterRefs.Api.Startup;
using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Api.Startup;

/// <summary>What clients with connections of their own see of <c>SHUTDOWN_DELAY</c>.</summary>
[Category("Api")]
internal sealed class DrainTests
{
    private static readonly TimeSpan s_untilClose = TimeSpan.FromSeconds(9);

    [Test]
    public async Task Run_WhenTheDelayIsAlmostOver_ServesOnlyOpenConnections()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var api = new ApiFactory(null, ("SHUTDOWN_DELAY", "10")) { Clock = clock };
        api.ListenOnLoopback();
        using var client = api.CreateClient();
        using var idle = new TcpClient();
        await idle.ConnectAsync(client.BaseAddress!.Host, client.BaseAddress.Port);
        var before = await RequestAsync(idle);
        var lifetime = api.Services.GetRequiredService<IHostApplicationLifetime>();

        api.Services.GetRequiredService<ServiceStop>().Begin();
        var drain = api.Services.GetRequiredService<Drain>().RunAsync();
        clock.Advance(s_untilClose - TimeSpan.FromTicks(1));
        (await client.GetAsync("/health/live")).AssertStatus(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromTicks(1));
        await Condition.UntilAsync(() => IsClosedAsync(client));
        var response = await RequestAsync(idle);

        Assert.That(before, Does.StartWith("HTTP/1.1 200").And.Not.Contain("Connection: close"));
        Assert.That(response, Does.StartWith("HTTP/1.1 200").And.Contain("Connection: close"));
        Assert.That(await idle.GetStream().ReadAsync(new byte[1]), Is.Zero);
        Assert.That(lifetime.ApplicationStopping.IsCancellationRequested, Is.False);
        await Condition.AdvanceUntilAsync(clock, drain);
        Assert.That(lifetime.ApplicationStopping.IsCancellationRequested, Is.True);
    }

    private static async Task<string> RequestAsync(TcpClient connection)
    {
        await connection.GetStream().WriteAsync("HEAD /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        var buffer = new byte[4_096];
        var length = 0;
        while (!Text().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await connection.GetStream().ReadAsync(buffer.AsMemory(length));
            Assert.That(read, Is.Positive, "the response is cut");
            length += read;
        }

        return Text();

        string Text() => Encoding.ASCII.GetString(buffer, 0, length);
    }

    private static async Task<bool> IsClosedAsync(HttpClient client)
    {
        using var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(client.BaseAddress!.Host, client.BaseAddress.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
