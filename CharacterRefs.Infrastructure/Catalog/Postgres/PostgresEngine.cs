using System.Net.Sockets;
using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace CharacterRefs.Infrastructure.Catalog.Postgres;

/// <summary>PostgreSQL: many processes read and write at once.</summary>
internal sealed class PostgresEngine : ICatalogEngine
{
    public bool IsOwnedByThisProcess => false;

    // The default isolation, read committed: each statement after the locks sees all that was committed before.
    public async Task<IDbContextTransaction> BeginAsync(
        CatalogDbContext context, IReadOnlyCollection<string> locks, CancellationToken cancellationToken)
    {
        var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        try
        {
            // Advisory locks, because what they protect may have no row yet. In one order everywhere, so that no two writers wait for each other.
            var names = locks.ToArray();
            await context.Database.ExecuteSqlAsync(
                $"""
                SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
                FROM (SELECT name FROM unnest({names}) AS name ORDER BY name COLLATE "C") AS ordered
                """,
                cancellationToken);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    // Its server flushes every commit.
    public Task<T> WriteUnflushedAsync<T>(CatalogDbContext context, Func<Task<T>> write) => write();

    public void Flush()
    {
    }

    // OFFSET 0 keeps the order and the length of the page out of the plan: with them the server may read the whole list in its order.
    public IQueryable<ReferenceRow> Containing(CatalogDbContext context, string key)
    {
        var pattern = $"%{key}%";
        return context.References.FromSql($"""SELECT * FROM "references" WHERE "SearchKey" LIKE {pattern} OFFSET 0""");
    }

    public async Task ClaimGenerationsAsync(
        CatalogDbContext context, Guid nodeId, bool takesOver, int places, CancellationToken cancellationToken)
    {
        await ClaimAsync(context, nodeId, takesOver, needsPlace: false, int.MaxValue, cancellationToken);
        if (places > 0)
        {
            await ClaimAsync(context, nodeId, takesOver, needsPlace: true, places, cancellationToken);
        }
    }

    public IQueryable<ReferenceRow> ClaimUploads(CatalogDbContext context, long due, long until, int limit) => context.References.FromSql(
        $"""
        UPDATE "references" SET "NextStoreAt" = {until} WHERE "Sequence" IN (
            SELECT "Sequence" FROM "references" WHERE "StoredState" = {CatalogRows.Pending} AND "NextStoreAt" <= {due}
            ORDER BY "NextStoreAt" LIMIT {limit} FOR UPDATE SKIP LOCKED)
        RETURNING *
        """);

    public IQueryable<WebhookDeliveryRow> ClaimWebhooks(CatalogDbContext context, string receiver, long due, long until, int limit) =>
        context.WebhookDeliveries.FromSql(
            $"""
            UPDATE webhook_deliveries SET "NextAttemptAt" = {until} WHERE "Key" IN (
                SELECT "Key" FROM webhook_deliveries WHERE "Url" = {receiver} AND "NextAttemptAt" <= {due}
                ORDER BY "NextAttemptAt", "Key" LIMIT {limit} FOR UPDATE SKIP LOCKED)
            RETURNING *
            """);

    public bool IsConflict(Exception error) => error is DbUpdateConcurrencyException || ErrorOf(error) is PostgresException
    {
        SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
    };

    // The database is not on the local disk.
    public void KeepReserve()
    {
    }

    public bool TryReleaseReserve(LocalStorageException error) => false;

    public Task<int> ShrinkAsync(CatalogDbContext context, CancellationToken cancellationToken) => Task.FromResult(0);

    public LocalStorageException? Translate(Exception error) => ErrorOf(error) switch
    {
        null => null,
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } full => new("The catalog could not be written: the disk of PostgreSQL is full.", full),
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } readOnly =>
            new("The catalog could not be written: PostgreSQL is read-only, for example because it is a standby.", readOnly),
        PostgresException { IsTransient: false } => null,
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected } => null,
        var fault => new("The catalog could not be used: PostgreSQL is unreachable, or is starting or stopping.", fault),
    };

    // Skips rows that another node claims, or their own node writes, at this moment, so nodes that claim at once get different rows.
    private static Task<int> ClaimAsync(
        CatalogDbContext context, Guid nodeId, bool takesOver, bool needsPlace, int limit, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlAsync(
            $"""
            UPDATE generations SET "NodeId" = {nodeId}, "Claim" = "Claim" + 1
            WHERE "Id" IN (
                SELECT g."Id" FROM generations AS g
                WHERE g."Status" IN ('Queued', 'Running', 'Canceling')
                AND (g."NodeId" IS NULL OR {takesOver} AND NOT EXISTS (
                    SELECT FROM nodes AS n WHERE n."Id" = g."NodeId" AND n."ExpiresAt" > extract(epoch FROM clock_timestamp()) * 1000000))
                AND {needsPlace} = (g."Status" <> 'Canceling' AND NOT EXISTS (
                    SELECT FROM generation_slots AS s WHERE s."GenerationId" = g."Id" AND s."State" IN ('Submitting', 'Running', 'Storing')))
                ORDER BY g."CreatedAt", g."Id" LIMIT {limit} FOR UPDATE OF g SKIP LOCKED)
            """,
            cancellationToken);

    private static NpgsqlException? ErrorOf(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case NpgsqlException fault:
                    return fault;
                case SocketException socket:
                    return new NpgsqlException(socket.Message, socket);
            }
        }

        return null;
    }
}
