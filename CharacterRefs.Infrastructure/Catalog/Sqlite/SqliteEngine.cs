using CharacterRefs.Infrastructure.Catalog.Rows;
using CharacterRefs.Infrastructure.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace CharacterRefs.Infrastructure.Catalog.Sqlite;

/// <summary>SQLite: one file, one writer at a time.</summary>
internal sealed class SqliteEngine(CatalogFile file, DiskReserve reserve) : ICatalogEngine
{
    // More do not make the search narrower, and each costs a look-up.
    private const int MostTrigrams = 32;

    public bool IsOwnedByThisProcess => true;

    // Its driver begins with BEGIN IMMEDIATE, which takes the only write lock at once.
    public Task<IDbContextTransaction> BeginAsync(CatalogDbContext context, IReadOnlyCollection<string> locks, CancellationToken cancellationToken) =>
        context.Database.BeginTransactionAsync(cancellationToken);

    public async Task<T> WriteUnflushedAsync<T>(CatalogDbContext context, Func<Task<T>> write)
    {
        // The setting belongs to the connection, which returns to its pool.
        await context.Database.OpenConnectionAsync();
        await context.Database.ExecuteSqlRawAsync("PRAGMA synchronous = NORMAL");
        try
        {
            return await write();
        }
        finally
        {
            await context.Database.ExecuteSqlRawAsync("PRAGMA synchronous = FULL");
        }
    }

    // In this mode SQLite itself flushes the log before it copies it into the database, so what is not in the log is flushed.
    public void Flush() => file.FlushLog();

    // Cross join: the index first, never row by row of the list. The index has no positions, so that the text is compared too.
    public IQueryable<ReferenceRow> Containing(CatalogDbContext context, string key)
    {
        var trigrams = string.Join(" AND ", SearchKey.Trigrams(key, MostTrigrams).Select(trigram => $"\"{trigram}\""));
        return context.References.FromSql(
            $"""
            SELECT r.* FROM reference_search AS s CROSS JOIN "references" AS r ON r."Sequence" = s.rowid
            WHERE s.reference_search MATCH {trigrams} AND instr(r."SearchKey", {key}) > 0
            """);
    }

    public Task ClaimGenerationsAsync(CatalogDbContext context, Guid nodeId, bool takesOver, int places, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public IQueryable<ReferenceRow> ClaimUploads(CatalogDbContext context, long due, long until, int limit) => context.References
        .Where(row => row.StoredState == CatalogRows.Pending && row.NextStoreAt <= due).OrderBy(row => row.NextStoreAt).Take(limit);

    // One statement too, because a second process without workers may write the file.
    public IQueryable<WebhookDeliveryRow> ClaimWebhooks(CatalogDbContext context, string receiver, long due, long until, int limit) =>
        context.WebhookDeliveries.FromSql(
            $"""
            UPDATE webhook_deliveries SET "NextAttemptAt" = {until} WHERE "Key" IN (
                SELECT "Key" FROM webhook_deliveries WHERE "Url" = {receiver} AND "NextAttemptAt" <= {due}
                ORDER BY "NextAttemptAt", "Key" LIMIT {limit})
            RETURNING *
            """);

    // Writes begin with the only write lock, so only rows that were kept from an earlier write can be out of date.
    public bool IsConflict(Exception error) => error is DbUpdateConcurrencyException;

    public void KeepReserve() => reserve.Restore();

    public bool TryReleaseReserve(LocalStorageException error) => SqliteFault.MayBeFullDisk(error.InnerException) && reserve.TryRelease();

    // The log may be longer than the reserve; what it takes is free for the reserve again.
    public Task<int> ShrinkAsync(CatalogDbContext context, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)", cancellationToken);

    public LocalStorageException? Translate(Exception error) => SqliteFault.IsOfDisk(error) ? SqliteFault.Translate(error) : null;
}
