using System.Net;
using System.Net.Sockets;

namespace CharacterRefs.Tests.Support;

/// <summary>Ports on loopback for servers that have to know theirs before they start, or that stop and start again.</summary>
internal static class LoopbackPort
{
    /// <summary>One that is free, below those that the kernel gives to outgoing connections: none of these takes it while its server is stopped.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.AddressAlreadyInUse)
            {
                // Another one.
            }
        }
    }
}
