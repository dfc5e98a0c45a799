using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore.Storage;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>What differs between the databases that hold a catalog.</summary>
internal interface ICatalogEngine
{
    /// <summary>Whether only this process writes: then what it has read is current until its own next write, and one writer at a time is enough.</summary>
    bool IsOwnedByThisProcess { get; }

    /// <summary>
    /// Begins a transaction that sees all that others committed and keeps others with one of the same locks from beginning. The locks end with it.
    /// </summary>
    /// <param name="locks">Names from <see cref="CatalogLock"/>.</param>
    Task<IDbContextTransaction> BeginAsync(CatalogDbContext context, IReadOnlyCollection<string> locks, CancellationToken cancellationToken);

    /// <summary>
    /// Runs a write whose commit is not flushed: it survives the end of this process at once, a power loss only after <see cref="Flush"/> or any other commit.
    /// </summary>
    /// <param name="context">Where; not in a transaction.</param>
    /// <param name="write">Begins and commits.</param>
    Task<T> WriteUnflushedAsync<T>(CatalogDbContext context, Func<Task<T>> write);

    /// <summary>Flushes every commit to disk; blocks its thread.</summary>
    /// <exception cref="LocalStorageException">The disk failed.</exception>
    void Flush();

    /// <summary>Selects the images whose <see cref="ReferenceRow.SearchKey"/> contains a key, by the index of keys, whatever their number.</summary>
    /// <param name="key">At least <see cref="SearchKey.ShortestIndexed"/> characters.</param>
    IQueryable<ReferenceRow> Containing(CatalogDbContext context, string key);

    /// <summary>
    /// Claims open generations as <see cref="Application.Ports.Catalog.IGenerationLedger.ClaimOpenAsync"/> says; none where one process owns all.
    /// </summary>
    /// <param name="nodeId">For which node.</param>
    /// <param name="takesOver">Whether those of nodes that are no longer alive are claimed too.</param>
    /// <param name="places">Most that are claimed of those without paid work.</param>
    Task ClaimGenerationsAsync(CatalogDbContext context, Guid nodeId, bool takesOver, int places, CancellationToken cancellationToken);

    /// <summary>Claims pending uploads as <see cref="Application.Ports.Catalog.IUploadQueue.ClaimDueAsync"/> says.</summary>
    /// <param name="due">What is due, in microseconds.</param>
    /// <param name="until">When the claims expire, in microseconds.</param>
    /// <param name="limit">The most that are claimed.</param>
    /// <returns>A query that claims when it runs; nothing may be added to it.</returns>
    IQueryable<ReferenceRow> ClaimUploads(CatalogDbContext context, long due, long until, int limit);

    /// <summary>Claims deliveries of one receiver as <see cref="Application.Ports.Catalog.IWebhookOutbox.ClaimAsync"/> says.</summary>
    /// <param name="due">What is due, in microseconds.</param>
    /// <param name="until">When the claims expire, in microseconds.</param>
    /// <param name="limit">The most that are claimed.</param>
    /// <returns>A query that claims when it runs, in no order; nothing may be added to it.</returns>
    IQueryable<WebhookDeliveryRow> ClaimWebhooks(CatalogDbContext context, string receiver, long due, long until, int limit);

    /// <summary>Whether a write did nothing because another one came first, so that it can be repeated from its beginning.</summary>
    bool IsConflict(Exception error);

    /// <summary>Keeps some space on the local disk that a deletion may use when it is full.</summary>
    void KeepReserve();

    /// <summary>Gives the reserve up after an error that more space may help.</summary>
    /// <returns>Whether there is more space now, so that the write can be repeated.</returns>
    bool TryReleaseReserve(LocalStorageException error);

    /// <summary>Makes the files of the database as short as they can be at once.</summary>
    Task<int> ShrinkAsync(CatalogDbContext context, CancellationToken cancellationToken);

    /// <summary>The exception for callers when the database or its disk failed; <c>null</c> for any other error.</summary>
    LocalStorageException? Translate(Exception error);
}
