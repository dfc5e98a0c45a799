using System.Net.Sockets;
using Npgsql;

namespace CharacterRefs.Infrastructure.Catalog.Postgres;

/// <summary>Faults of a connection to PostgreSQL that this process opened itself.</summary>
internal static class PostgresFault
{
    /// <summary>
    /// Whether the server, the network or the connection failed, so that a new connection may work. The driver lets faults of name resolution and of the
    /// socket through as they are, and says of a connection that is closed already that the operation is invalid.
    /// </summary>
    public static bool IsOfConnection(Exception error) =>
        error is NpgsqlException or SocketException or IOException or TimeoutException or InvalidOperationException;
}
