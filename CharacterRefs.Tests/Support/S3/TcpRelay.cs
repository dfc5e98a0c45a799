using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CharacterRefs.Tests.Support.S3;

/// <summary>A port in front of a server that can be closed and opened again: an outage without touching the server.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly IPEndPoint _target;
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private readonly int _port = LoopbackPort.Free();
    private TcpListener? _listener;

    public TcpRelay(Uri target)
    {
        _target = new IPEndPoint(IPAddress.Parse(target.Host), target.Port);
        Open();
    }

    public Uri Address => new($"http://127.0.0.1:{_port}");

    public void Open()
    {
        _listener = LoopbackPort.Listen(_port);
        _ = AcceptAsync(_listener);
    }

    /// <summary>Rejects new connections and resets the open ones.</summary>
    public void Close()
    {
        _listener?.Stop();
        foreach (var socket in _open.Keys)
        {
            socket.Close(0);
        }
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await listener.AcceptSocketAsync());
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _open[client] = _open[server] = true;
        try
        {
            await server.ConnectAsync(_target);
            await using var inner = new NetworkStream(server);
            await using var outer = new NetworkStream(client);
            await Task.WhenAny(inner.CopyToAsync(outer), outer.CopyToAsync(inner));
        }
        catch (Exception error) when (error is SocketException or IOException or ObjectDisposedException)
        {
            // When one side closes, so does the other.
        }
        finally
        {
            client.Close();
            _open.TryRemove(client, out _);
            _open.TryRemove(server, out _);
        }
    }
}
