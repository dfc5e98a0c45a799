using System.Globalization;
using Npgsql;

namespace CharacterRefs.Tests.Support.Postgres;

/// <summary>A PostgreSQL of its own, for tests that restart it.</summary>
internal sealed class PostgresProcess : IAsyncDisposable
{
    private static readonly string s_script = RepositoryFiles.PathOf("eng/start-postgres");

    private readonly string _port = LoopbackPort.Free().ToString(CultureInfo.InvariantCulture);

    private PostgresProcess()
    {
    }

    /// <summary>The connection string of its database.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres";

    /// <summary>Starts it. Where the other tests have no PostgreSQL either, the test is ignored.</summary>
    public static async Task<PostgresProcess> StartAsync()
    {
        PostgresTestServer.Require();
        var server = new PostgresProcess();
        await CommandLine.RunAsync(s_script, "--port", server._port);

        // What was committed has to outlive a restart; the script leaves that off.
        await using var connection = new NpgsqlConnection($"{server.ConnectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("ALTER DATABASE postgres SET synchronous_commit = on", connection);
        await command.ExecuteNonQueryAsync();
        return server;
    }

    /// <summary>Ends all its processes at once, without a shutdown, and starts it again: it recovers from its log.</summary>
    public Task RestartAsync() => CommandLine.RunAsync(s_script, "restart", "--port", _port);

    public async ValueTask DisposeAsync() => await CommandLine.RunAsync(s_script, "stop", "--port", _port);
}
