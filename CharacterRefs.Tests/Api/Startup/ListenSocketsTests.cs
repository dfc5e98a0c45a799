using System.Net;
using System.Net.Sockets;
using CharacterRefs.Api.Startup;

namespace CharacterRefs.Tests.Api.Startup;

/// <summary>What clients see of sockets that are closed while they connect.</summary>
[Category("Integration")]
internal sealed class ListenSocketsTests
{
    private readonly ListenSockets _sockets = new();

    [Test]
    public async Task Close_WhenAConnectionIsInTheBacklog_WaitsUntilItIsAccepted()
    {
        using var listening = Listen(out var address);
        using var client = new TcpClient();
        await client.ConnectAsync(address);
        await client.GetStream().WriteAsync("request"u8.ToArray());

        var close = _sockets.CloseAsync(CancellationToken.None);
        using var accepted = await listening.AcceptAsync();
        await close;

        Assert.That(await accepted.ReceiveAsync(new byte[16]), Is.EqualTo("request".Length));
        Assert.That(await IsClosedAsync(address), Is.True);
    }

    [Test]
    public async Task Close_WhenTheBacklogIsNeverEmpty_EndsWithTheLimit()
    {
        using var limit = new CancellationTokenSource();
        using var listening = Listen(out var address);
        using var client = new TcpClient();
        await client.ConnectAsync(address);

        var close = _sockets.CloseAsync(limit.Token);
        await limit.CancelAsync();
        await close;

        Assert.That(await IsClosedAsync(address), Is.True);
    }

    [Test]
    [Platform("Linux")]
    public async Task Close_WhenAConnectionComesMeanwhile_KeepsItOutOfTheBacklog()
    {
        using var limit = new CancellationTokenSource();
        using var listening = Listen(out var address);
        using var first = new TcpClient();
        await first.ConnectAsync(address);

        var close = _sockets.CloseAsync(limit.Token); // waits for the first connection
        var isClosed = IsClosedAsync(address);
        using var accepted = await listening.AcceptAsync();
        await Task.WhenAny(close, isClosed);
        await limit.CancelAsync();
        await close;

        Assert.That(await isClosed, Is.True);
    }

    private Socket Listen(out IPEndPoint address)
    {
        var listening = _sockets.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        address = (IPEndPoint)listening.LocalEndPoint!;
        return listening;
    }

    private static async Task<bool> IsClosedAsync(IPEndPoint address)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
