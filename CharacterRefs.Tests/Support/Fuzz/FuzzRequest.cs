using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace CharacterRefs.Tests.Support.Fuzz;

/// <summary>A request as the bytes that are sent, so that it can break every rule of HTTP.</summary>
/// <param name="Index">Its number in the sequence of its seed.</param>
/// <param name="Operation">Method and path of the operation that it is derived from.</param>
/// <param name="Bytes">Request line, headers and body.</param>
/// <param name="IsWhole">Whether the body is as long as its headers say.</param>
internal sealed record FuzzRequest(int Index, string Operation, byte[] Bytes, bool IsWhole)
{
    // A server that has not responded then waits for bytes that never come.
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(1);

    /// <summary>Sends it over a connection of its own and reads the status. A body that is shorter than announced ends with the connection.</summary>
    /// <returns>The status; <c>null</c> when there was none.</returns>
    public async Task<int?> SendAsync(Uri server, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
        await using var stream = new NetworkStream(socket);
        try
        {
            await stream.WriteAsync(Bytes, cancellationToken);
            var status = StatusAsync(stream, cancellationToken);
            if (!IsWhole && await Task.WhenAny(status, Task.Delay(s_timeout, cancellationToken)) != status)
            {
                socket.Shutdown(SocketShutdown.Send);
            }

            return await status;
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            return null; // reset: the server did not read the rest
        }
    }

    /// <summary>Enough to send it again.</summary>
    public override string ToString() => $"#{Index} {Operation}: {Convert.ToBase64String(Bytes)}";

    private static async Task<int?> StatusAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var line = new byte["HTTP/1.1 200".Length];
        var read = await stream.ReadAtLeastAsync(line, line.Length, throwOnEndOfStream: false, cancellationToken);
        return read == line.Length ? int.Parse(Encoding.ASCII.GetString(line)[^3..], CultureInfo.InvariantCulture) : null;
    }
}
