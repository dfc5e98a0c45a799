using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>
/// Opens the catalog for concurrent reads and for writes. SQLite has one writer; queueing here avoids the retry loop of its driver, which sleeps 150 ms at a
/// time while the file is busy. On an engine that other processes write too, writes run concurrently, and one that lost to another is repeated.
/// </summary>
internal sealed class CatalogDatabase(IDbContextFactory<CatalogDbContext> contexts, ICatalogEngine engine, TimeProvider clock) : IDisposable
{
    /// <summary>How long a commit that need not be flushed at once may not survive a power loss.</summary>
    public static readonly TimeSpan LongestUnflushed = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Each collection of a query is one parameter: a thousand parameters would make the command long, and each number of them another command, which is
    /// built and planned each time.
    /// </summary>
    public const ParameterTranslationMode OfCollections = ParameterTranslationMode.Parameter;

    private const int MostAttempts = 10; // each lost one means that another write succeeded

    private readonly SemaphoreSlim _writer = new(1, 1);
    private volatile RecentReferences _recent = new();
    private long _writes;
    private bool _isFlushDue;

    /// <summary>
    /// References that were read since the last write. Every write replaces it by an empty one. <c>null</c> when other processes write the catalog too.
    /// </summary>
    public RecentReferences? Recent => engine.IsOwnedByThisProcess ? _recent : null;

    /// <summary>Whether only this process writes, one write at a time.</summary>
    public bool IsOwnedByThisProcess => engine.IsOwnedByThisProcess;

    /// <summary>Number of writes of this process so far. While it is the same, this process has changed nothing that was read.</summary>
    public long Writes => Interlocked.Read(ref _writes);

    /// <exception cref="LocalStorageException">The database or its disk failed.</exception>
    public Task<T> ReadAsync<T>(Func<CatalogDbContext, Task<T>> read, CancellationToken cancellationToken) => UseAsync(read, cancellationToken);

    /// <param name="write">Runs again from its beginning, with another context, when another process came first.</param>
    /// <exception cref="LocalStorageException">The database or its disk failed.</exception>
    public async Task<T> WriteAsync<T>(Func<CatalogDbContext, Task<T>> write, CancellationToken cancellationToken)
    {
        if (engine.IsOwnedByThisProcess)
        {
            await _writer.WaitAsync(cancellationToken);
        }

        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await UseAsync(write, cancellationToken);
                }
                catch (Exception error) when (attempt < MostAttempts && engine.IsConflict(error))
                {
                    // The other write is committed, or this one was chosen to end a deadlock.
                }
            }
        }
        finally
        {
            // Also after a failure, which may have followed the commit.
            _recent = new RecentReferences();
            Interlocked.Increment(ref _writes);
            if (engine.IsOwnedByThisProcess)
            {
                _writer.Release();
            }
        }
    }

    /// <summary>
    /// As <see cref="WriteAsync"/>, but its commit survives only the end of this process: call <see cref="FlushAsync"/> or <see cref="FlushSoon"/> next.
    /// </summary>
    /// <exception cref="LocalStorageException">The database or its disk failed.</exception>
    public Task<T> WriteUnflushedAsync<T>(Func<CatalogDbContext, Task<T>> write, CancellationToken cancellationToken) =>
        WriteAsync(context => engine.WriteUnflushedAsync(context, () => write(context)), cancellationToken);

    /// <summary>Flushes every commit to disk. Other writes run meanwhile.</summary>
    /// <exception cref="LocalStorageException">The disk failed.</exception>
    public Task FlushAsync() => Task.Run(engine.Flush);

    /// <summary>Flushes within <see cref="LongestUnflushed"/>; a flush that fails is repeated after it.</summary>
    public void FlushSoon()
    {
        if (engine.IsOwnedByThisProcess && Interlocked.Exchange(ref _isFlushDue, true) is false)
        {
            _ = FlushLaterAsync();
        }
    }

    /// <summary>As <see cref="WriteAsync"/>, for the small writes of a deletion, which must succeed on a full disk too: they may use up the reserve.</summary>
    /// <exception cref="LocalStorageException">The disk failed.</exception>
    public async Task<T> WriteForDeletionAsync<T>(Func<CatalogDbContext, Task<T>> write, CancellationToken cancellationToken)
    {
        engine.KeepReserve();
        try
        {
            return await WriteAsync(write, cancellationToken);
        }
        catch (LocalStorageException error) when (engine.TryReleaseReserve(error))
        {
            await WriteAsync(context => engine.ShrinkAsync(context, cancellationToken), cancellationToken);
            var result = await WriteAsync(write, cancellationToken);
            engine.KeepReserve();
            return result;
        }
    }

    /// <summary>
    /// Begins the transaction of a write that reads first: what it reads is current until the commit as far as <paramref name="locks"/> cover it.
    /// </summary>
    /// <param name="context">The context of the write.</param>
    /// <param name="locks">Names from <see cref="CatalogLock"/>.</param>
    public Task<IDbContextTransaction> BeginAsync(CatalogDbContext context, IReadOnlyCollection<string> locks, CancellationToken cancellationToken) =>
        engine.BeginAsync(context, locks, cancellationToken);

    public void Dispose() => _writer.Dispose();

    private async Task FlushLaterAsync()
    {
        await Task.Delay(LongestUnflushed, clock);
        Volatile.Write(ref _isFlushDue, false);
        try
        {
            await FlushAsync();
        }
        catch (LocalStorageException)
        {
            FlushSoon();
        }
    }

    private async Task<T> UseAsync<T>(Func<CatalogDbContext, Task<T>> use, CancellationToken cancellationToken)
    {
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            return await use(context);
        }
        catch (Exception error) when (engine.Translate(error) is { } fault)
        {
            throw fault;
        }
    }
}
