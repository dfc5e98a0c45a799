using System.Net;
using System.Net.Sockets;

namespace CharacterRefs.Infrastructure.Webhooks;

/// <summary>
/// Connects to public addresses only. It checks in the connection itself, because a name that was checked before may resolve to another address when the
/// connection is made.
/// </summary>
internal static class PublicConnection
{
    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="RejectedAddressException">One of the host's addresses is not public.</exception>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endPoint = context.DnsEndPoint;
        var addresses = IPAddress.TryParse(endPoint.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(endPoint.Host, cancellationToken);
        if (addresses.FirstOrDefault(address => !PublicAddress.Contains(address)) is { } rejected)
        {
            throw new RejectedAddressException($"The host resolves to {rejected}, which is not a public address; WEBHOOK_ALLOW_PRIVATE allows it.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, endPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
