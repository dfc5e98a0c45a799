using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace CharacterRefs.Infrastructure.Catalog.Postgres;

/// <summary>Migrates the schema before the first request, one process at a time.</summary>
/// <param name="source">Of the database too.</param>
/// <param name="contexts">Of the database.</param>
/// <param name="logger">Hears of the migration.</param>
/// <param name="name">What names the database to the person who reads an error.</param>
internal sealed partial class PostgresMigration(
    PostgresSource source, IDbContextFactory<PostgresCatalogContext> contexts, ILogger<PostgresMigration> logger, string name = "DATABASE_URL")
    : IHostedService
{
    // Any number that no other program uses for a lock in this database.
    private const long Lock = 0x63_68_61_72_72_65_66_73;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            await using var held = await LockAsync(source.OpenUnpooled("migration"), cancellationToken);
            await MigrateAsync(context, cancellationToken);
        }
        catch (NpgsqlException error)
        {
            throw new InvalidSettingsException([Describe(error)]);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Waits for the lock on a connection outside of the pool, with which the lock ends. That of EF is taken after it has read which migrations are pending.
    /// </summary>
    private static async Task<NpgsqlConnection> LockAsync(NpgsqlDataSource unpooled, CancellationToken cancellationToken)
    {
        var connection = unpooled.CreateConnection();
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT pg_advisory_lock({Lock})";
            command.CommandTimeout = 0; // as long as the migration of another process takes
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task MigrateAsync(PostgresCatalogContext context, CancellationToken cancellationToken)
    {
        var known = context.Database.GetMigrations().ToList();
        var applied = (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        if (applied.Except(known).LastOrDefault() is { } newer)
        {
            throw new InvalidSettingsException([
                $"The catalog in PostgreSQL was written by a newer version of CharacterRefs: this one does not know the migration {newer}. "
                + "Start that version."]);
        }

        if (known.Except(applied).ToList() is { Count: > 0 } pending)
        {
            context.Database.SetCommandTimeout(TimeSpan.FromHours(1)); // an index on a large table takes longer than a request may
            await CatalogSchema.MigrateAsync(context, pending, logger, cancellationToken);
            LogMigrated(logger, string.Join(", ", pending));
        }
    }

    private string Describe(NpgsqlException error) => error is PostgresException fault
        ? fault.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                $"PostgreSQL rejects the user of {name} or its password. Correct them.",
            PostgresErrorCodes.InvalidCatalogName =>
                $"The database of {name} does not exist. Create it, with the user of {name} as its owner.",
            PostgresErrorCodes.InsufficientPrivilege =>
                $"The user of {name} may not make the tables: {fault.MessageText}. Make it the owner of the database, or run \"migrate\" as its owner.",
            _ => $"PostgreSQL rejects what the schema of {name} needs: {fault.MessageText} (SQLSTATE {fault.SqlState}).",
        }
        : $"PostgreSQL at the host of {name} cannot be used: {(error.InnerException ?? error).Message}";

    [LoggerMessage(104, LogLevel.Information, "Migrated the catalog schema: {Migrations}")]
    private static partial void LogMigrated(ILogger logger, string migrations);
}
