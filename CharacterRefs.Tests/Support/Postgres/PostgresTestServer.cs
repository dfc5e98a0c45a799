using CharacterRefs.Infrastructure.Catalog.Postgres;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CharacterRefs.Tests.Support.Postgres;

/// <summary>A PostgreSQL that is running: <c>eng/start-postgres</c>, or any other whose user may create databases, by the same variable.</summary>
internal static class PostgresTestServer
{
    private static readonly Lazy<Task<string>> s_template = new(CreateTemplateAsync);
    private static readonly SemaphoreSlim s_copy = new(1, 1); // a template can be copied by one session at a time

    /// <summary>How to reach it. Without one the test is ignored; where <c>POSTGRES_TEST_REQUIRED</c> is <c>1</c>, it fails.</summary>
    private static NpgsqlConnectionStringBuilder Server
    {
        get
        {
            if (Environment.GetEnvironmentVariable("POSTGRES_TEST_URL") is { Length: > 0 } url)
            {
                return new NpgsqlConnectionStringBuilder(DatabaseUrl.Parse(url)) { Pooling = false };
            }

            const string How = "No PostgreSQL: start one with eng/start-postgres and set POSTGRES_TEST_URL, which it prints.";
            if (Environment.GetEnvironmentVariable("POSTGRES_TEST_REQUIRED") == "1")
            {
                Assert.Fail(How);
            }

            Assert.Ignore(How);
            throw new InvalidOperationException(How);
        }
    }

    /// <summary>Without one, the test is ignored here, or fails.</summary>
    public static void Require() => _ = Server;

    /// <summary>Creates an empty database.</summary>
    /// <returns>Its connection string; <see cref="DropAsync"/> takes it.</returns>
    public static async Task<string> CreateEmptyAsync()
    {
        var name = NewName();
        await ExecuteAsync($"CREATE DATABASE {name}");
        return ConnectionTo(name);
    }

    /// <summary>Creates a database with the schema of a catalog, as a copy of one that was migrated: that is faster than to migrate each.</summary>
    public static async Task<string> CreateMigratedAsync()
    {
        Require(); // here, and not once for all within the template
        var (name, template) = (NewName(), await s_template.Value);
        await s_copy.WaitAsync();
        try
        {
            await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
        }
        finally
        {
            s_copy.Release();
        }

        return ConnectionTo(name);
    }

    /// <summary>Drops a database, connections to it included.</summary>
    public static async Task DropAsync(string connectionString)
    {
        await using (var connection = new NpgsqlConnection(connectionString))
        {
            NpgsqlConnection.ClearPool(connection);
        }

        await ExecuteAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");
    }

    /// <summary>Lets the server reject new connections to a database, as it does while it starts or stops, or accept them again.</summary>
    public static Task AllowConnectionsAsync(string connectionString, bool isAllowed) => ExecuteAsync(
        $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH ALLOW_CONNECTIONS {(isAllowed ? "true" : "false")}");

    /// <summary>Ends all connections to a database, as a failover of PostgreSQL or of the network does.</summary>
    public static async Task CutAsync(string connectionString)
    {
        await ExecuteAsync(
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{new NpgsqlConnectionStringBuilder(connectionString).Database}'");
        await using var connection = new NpgsqlConnection(connectionString);
        NpgsqlConnection.ClearPool(connection);
    }

    /// <summary>Drops what the tests share, at their end.</summary>
    public static async Task CloseAsync()
    {
        if (s_template.IsValueCreated)
        {
            await DropAsync(ConnectionTo(await s_template.Value));
        }
    }

    private static async Task<string> CreateTemplateAsync()
    {
        var connectionString = await CreateEmptyAsync();
        await using var context = new PostgresCatalogContext(
            new DbContextOptionsBuilder<PostgresCatalogContext>().UseNpgsql(connectionString + ";Pooling=false").Options);
        await context.Database.MigrateAsync();
        return new NpgsqlConnectionStringBuilder(connectionString).Database!;
    }

    private static string NewName() => $"test_{Guid.NewGuid():N}";

    private static string ConnectionTo(string database) =>
        new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Database = database, Pooling = true, MaxPoolSize = 10 }.ConnectionString;

    private static async Task ExecuteAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(Server.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync();
    }
}
