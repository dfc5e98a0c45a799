using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace CharacterRefs.Api.Startup;

/// <summary>
/// The sockets that the server listens on. The server closes them only together with its idle connections; a stop that fails no request needs time between
/// the two.
/// </summary>
internal sealed class ListenSockets
{
    // For connections whose SYN has arrived and whose handshake is still on its way. Not by the service's clock: only the network takes this time.
    private static readonly TimeSpan s_handshake = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<Socket> _sockets = [];

    /// <summary>Binds a socket for the server, which listens on it.</summary>
    public Socket Bind(EndPoint address)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        _sockets.Enqueue(socket);
        return socket;
    }

    /// <summary>Closes them, so that new connections are refused. Those that are open are still served.</summary>
    /// <param name="limit">When it no longer waits for connections in the backlog, which the server accepts.</param>
    public async Task CloseAsync(CancellationToken limit)
    {
        foreach (var socket in _sockets)
        {
            SynFilter.Attach(socket);
        }

        await Task.Delay(s_handshake, limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_sockets.TryDequeue(out var socket))
        {
            // The operating system resets connections in the backlog of a socket that is closed, and their clients may have sent a request.
            while (socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && !limit.IsCancellationRequested)
            {
                await Task.Yield();
            }

            socket.Dispose(); // ends the server's loop of accepts, and nothing else
        }
    }
}
