using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>The upload queue in a relational database: pending uploads are columns of references, pending removals are tombstones with a key.</summary>
internal sealed class UploadQueue(CatalogDatabase database, ICatalogEngine engine, ICatalogSignals signals, ICatalogNode node, TimeProvider clock)
    : IUploadQueue
{
    public Task<bool> RecordAsync(CharacterReferenceId id, RemoteCopy? read, RemoteCopy copy, CancellationToken cancellationToken)
    {
        var isPersisted = copy.State is RemoteCopyState.Persisted;
        var state = isPersisted ? CatalogRows.Persisted : CatalogRows.Pending;
        var (key, next) = (copy.Key.Value, CatalogRows.ToMicroseconds(copy.NextAttemptAt));
        long? at = copy.PersistedAt is { } time ? CatalogRows.ToMicroseconds(time) : null;
        return database.WriteAsync(
            async context =>
            {
                var row = context.References.Where(row => row.Id == id.Value);
                return await Unchanged(row, read, isPersisted).ExecuteUpdateAsync(
                        rows => rows
                            .SetProperty(row => row.StoredKey, key)
                            .SetProperty(row => row.StoredState, state)
                            .SetProperty(row => row.StoreAttempts, copy.Attempts)
                            .SetProperty(row => row.StoreError, copy.LastError)
                            .SetProperty(row => row.NextStoreAt, next)
                            .SetProperty(row => row.StoredAt, at),
                        cancellationToken) > 0
                    || await row.AnyAsync(cancellationToken);
            },
            cancellationToken);
    }

    public Task<bool> RenewClaimAsync(CharacterReferenceId id, RemoteCopy claimed, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var (from, to) = (CatalogRows.ToMicroseconds(claimed.NextAttemptAt), CatalogRows.ToMicroseconds(until));
        return database.WriteAsync(
            async context => await context.References
                .Where(row => row.Id == id.Value && row.StoredState == CatalogRows.Pending && row.NextStoreAt == from)
                .ExecuteUpdateAsync(rows => rows.SetProperty(row => row.NextStoreAt, to), cancellationToken) > 0,
            cancellationToken);
    }

    public async Task ReleaseAsync(CharacterReferenceId id, RemoteCopy claimed, CancellationToken cancellationToken)
    {
        if (await RenewClaimAsync(id, claimed, clock.GetUtcNow(), cancellationToken))
        {
            signals.Send(new CatalogSignal(CatalogSignalKind.Upload));
        }
    }

    public Task RecordFailedAsync(CharacterReferenceId id, RemoteCopy attempted, RemoteCopy failed, CancellationToken cancellationToken)
    {
        var claimed = CatalogRows.ToMicroseconds(attempted.NextAttemptAt);
        var (key, next) = (failed.Key.Value, CatalogRows.ToMicroseconds(failed.NextAttemptAt));
        return database.WriteAsync(
            context => context.References
                .Where(row => row.Id == id.Value && (row.StoredState == null || (row.StoredState == CatalogRows.Pending && row.NextStoreAt == claimed)))
                .ExecuteUpdateAsync(
                    rows => rows
                        .SetProperty(row => row.StoredKey, key)
                        .SetProperty(row => row.StoredState, CatalogRows.Pending)
                        .SetProperty(row => row.StoreAttempts, failed.Attempts)
                        .SetProperty(row => row.StoreError, failed.LastError)
                        .SetProperty(row => row.NextStoreAt, next),
                    cancellationToken),
            cancellationToken);
    }

    // Not counted as a write: with nothing due it changes nothing.
    public Task<IReadOnlyList<CharacterReference>> ClaimDueAsync(
        DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<CharacterReference>>(
        async context => [.. (await engine.ClaimUploads(context, CatalogRows.ToMicroseconds(now), CatalogRows.ToMicroseconds(until), limit)
            .AsNoTracking().ToListAsync(cancellationToken)).Select(CatalogRows.ToReference)],
        cancellationToken);

    public Task<(long Count, IReadOnlyList<CharacterReference> Oldest)> ReadPendingAsync(int limit, CancellationToken cancellationToken) => database.ReadAsync(
        async context =>
        {
            var pending = context.References.AsNoTracking().Where(row => row.StoredState == CatalogRows.Pending);
            var oldest = await pending.OrderBy(row => row.CreatedAt).ThenBy(row => row.Sequence).Take(limit).ToListAsync(cancellationToken);
            var count = oldest.Count < limit ? oldest.Count : await pending.LongCountAsync(cancellationToken);
            return (count, (IReadOnlyList<CharacterReference>)[.. oldest.Select(CatalogRows.ToReference)]);
        },
        cancellationToken);

    public Task<DateTimeOffset?> FindNextDueAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async context => await context.References.Where(row => row.StoredState == CatalogRows.Pending)
            .MinAsync(row => row.NextStoreAt, cancellationToken) is { } due ? CatalogRows.FromMicroseconds(due) : (DateTimeOffset?)null,
        cancellationToken);

    public Task<IReadOnlyList<CharacterReference>> ListVerifiedBeforeAsync(DateTimeOffset time, int limit, CancellationToken cancellationToken)
    {
        var before = CatalogRows.ToMicroseconds(time);
        return ListAsync(
            rows => rows.Where(row => row.StoredState == CatalogRows.Persisted && row.NextStoreAt <= before).OrderBy(row => row.NextStoreAt),
            limit,
            cancellationToken);
    }

    // A copy that was uploaded or verified since has a later time.
    public async Task RecordVerifiedAsync(
        IReadOnlyCollection<CharacterReferenceId> ids, DateTimeOffset before, DateTimeOffset verifiedAt, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return;
        }

        var verified = ids.Select(id => id.Value).ToList();
        var (listed, at) = (CatalogRows.ToMicroseconds(before), CatalogRows.ToMicroseconds(verifiedAt));
        await database.WriteAsync(
            context => context.References
                .Where(row => row.StoredState == CatalogRows.Persisted && row.NextStoreAt <= listed && verified.Contains(row.Id))
                .ExecuteUpdateAsync(rows => rows.SetProperty(row => row.NextStoreAt, at), cancellationToken),
            cancellationToken);
    }

    public Task<IReadOnlyList<CharacterReference>> ListUnqueuedAsync(int limit, CancellationToken cancellationToken) =>
        ListAsync(rows => rows.Where(row => row.StoredState == null).OrderBy(row => row.Sequence), limit, cancellationToken);

    public Task<IReadOnlyList<PendingRemoval>> ListRemovalsAsync(int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<PendingRemoval>>(
            async context => [.. (await context.Tombstones.AsNoTracking()
                    .Where(row => row.StoredKey != null)
                    .OrderBy(row => row.DeletedAt)
                    .Take(limit)
                    .ToListAsync(cancellationToken))
                .Select(ToRemoval)],
            cancellationToken);

    public Task CompleteRemovalAsync(PendingRemoval removal, CancellationToken cancellationToken)
    {
        var key = removal.Key.Value;
        return database.WriteForDeletionAsync(
            context => context.Tombstones
                .Where(row => row.ImageId == removal.Id.Value && row.StoredKey == key)
                .ExecuteUpdateAsync(rows => rows.SetProperty(row => row.StoredKey, (string?)null), cancellationToken),
            cancellationToken);
    }

    public Task<StoreSelection> SelectStoreAsync(string name, CancellationToken cancellationToken) => database.WriteAsync(
        async context =>
        {
            await using var transaction = await database.BeginAsync(context, [CatalogLock.Store], cancellationToken);
            if (!node.IsAlone)
            {
                if (await FindOtherStoreAsync(context, name, cancellationToken) is { } other)
                {
                    return new StoreSelection(0, other);
                }

                await context.Nodes.Where(row => row.Id == node.Id).ExecuteUpdateAsync(rows => rows.SetProperty(row => row.Store, name), cancellationToken);
            }

            var store = await context.Stores.SingleOrDefaultAsync(cancellationToken);
            if (store?.Name == name)
            {
                await transaction.CommitAsync(cancellationToken);
                return new StoreSelection(0);
            }

            var queued = 0;
            if (store is null)
            {
                context.Stores.Add(new StoreRow { Key = StoreRow.OnlyKey, Name = name });
            }
            else
            {
                store.Name = name;
                var now = CatalogRows.ToMicroseconds(clock.GetUtcNow());
                queued = await context.References.Where(row => row.StoredState == CatalogRows.Persisted).ExecuteUpdateAsync(
                    rows => rows
                        .SetProperty(row => row.StoredState, CatalogRows.Pending)
                        .SetProperty(row => row.StoredAt, (long?)null)
                        .SetProperty(row => row.StoreAttempts, 0)
                        .SetProperty(row => row.NextStoreAt, now),
                    cancellationToken);
            }

            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new StoreSelection(queued);
        },
        cancellationToken);

    private Task<string?> FindOtherStoreAsync(CatalogDbContext context, string name, CancellationToken cancellationToken) => context.Nodes
        .FromSqlRaw("SELECT * FROM nodes WHERE \"ExpiresAt\" > extract(epoch FROM clock_timestamp()) * 1000000")
        .Where(row => row.Id != node.Id && row.Store != null && row.Store != name)
        .Select(row => row.Store)
        .FirstOrDefaultAsync(cancellationToken);

    private Task<IReadOnlyList<CharacterReference>> ListAsync(
        Func<IQueryable<ReferenceRow>, IQueryable<ReferenceRow>> select, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<CharacterReference>>(
            async context => [.. (await select(context.References.AsNoTracking()).Take(limit).ToListAsync(cancellationToken)).Select(CatalogRows.ToReference)],
            cancellationToken);

    /// <summary>
    /// The row while its copy is as it was read. When the next attempt is due distinguishes the claims, verifications and attempts of a copy: each sets it. A
    /// copy that was verified is no less true after a failed attempt of another, which only a new upload would not count.
    /// </summary>
    private static IQueryable<ReferenceRow> Unchanged(IQueryable<ReferenceRow> row, RemoteCopy? read, bool isPersisted)
    {
        if (read is null)
        {
            return row.Where(row => row.StoredState == null || (isPersisted && row.StoredState == CatalogRows.Pending));
        }

        var (at, attempts) = (CatalogRows.ToMicroseconds(read.NextAttemptAt), read.Attempts);
        return read.State is RemoteCopyState.Persisted
            ? row.Where(row => row.StoredState == CatalogRows.Persisted && row.NextStoreAt == at)
            : row.Where(row => row.StoredState == CatalogRows.Pending && (row.NextStoreAt == at || (isPersisted && row.StoreAttempts > attempts)));
    }

    private static PendingRemoval ToRemoval(TombstoneRow row) =>
        new(new CharacterReferenceId(row.ImageId), AssetKey.Parse(row.StoredKey!), row.Sha256 is null ? null : ContentHash.Parse(row.Sha256));
}
