using System.Net;
using System.Net.Sockets;

namespace CharacterRefs.Tests.Support;

/// <summary>Ports on loopback for servers that have to know theirs before they start, or that stop and start again.</summary>
internal static class LoopbackPort
{
    private const int First = 20_000;
    private const int Count = 12_000;
    private static int s_next = Random.Shared.Next(Count);

    /// <summary>
    /// One that is free, below those that the kernel gives to outgoing connections: none of these takes it while its server is stopped. Another caller gets
    /// another one, so that two servers that take their time to start do not meet.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref s_next) % Count);

            // Bound only: a process that is being started holds a copy of each socket for a moment, and a copy that listens would keep the port.
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.AddressAlreadyInUse)
            {
                // Another one.
            }
        }
    }

    /// <summary>Listens again at a port whose last listener was closed here, as soon as no process that was being started then holds a copy of it.</summary>
    public static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        var isListening = SpinWait.SpinUntil(
            () =>
            {
                try
                {
                    listener.Start();
                    return true;
                }
                catch (SocketException error) when (error.SocketErrorCode is SocketError.AddressAlreadyInUse)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(30));
        return isListening ? listener : throw new TimeoutException($"Port {port} is still in use after 30 s.");
    }
}
