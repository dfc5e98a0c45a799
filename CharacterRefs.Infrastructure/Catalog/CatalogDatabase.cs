using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>
/// Opens the catalog for reading side by side and for writing one at a time. SQLite has one writer anyway; queueing here spares the retry loop of its
/// driver, which sleeps 150 ms at a time while the file is busy.
/// </summary>
internal sealed class CatalogDatabase(IDbContextFactory<CatalogDbContext> contexts) : IDisposable
{
    private readonly SemaphoreSlim _writer = new(1, 1);
    private volatile RecentReferences _recent = new();

    /// <summary>What was read since the last write. Every write, of whatever rows, gives way to an empty one.</summary>
    public RecentReferences Recent => _recent;

    /// <exception cref="Application.Ports.ImageFiles.LocalStorageException">The disk refused.</exception>
    public Task<T> ReadAsync<T>(Func<CatalogDbContext, Task<T>> read, CancellationToken cancellationToken) => UseAsync(read, cancellationToken);

    /// <exception cref="Application.Ports.ImageFiles.LocalStorageException">The disk refused.</exception>
    public async Task<T> WriteAsync<T>(Func<CatalogDbContext, Task<T>> write, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            return await UseAsync(write, cancellationToken);
        }
        finally
        {
            // Also after a failure: it may have come after the commit.
            _recent = new RecentReferences();
            _writer.Release();
        }
    }

    public void Dispose() => _writer.Dispose();

    private async Task<T> UseAsync<T>(Func<CatalogDbContext, Task<T>> use, CancellationToken cancellationToken)
    {
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            return await use(context);
        }
        catch (Exception error) when (CatalogFault.IsOfDisk(error))
        {
            throw CatalogFault.Translate(error);
        }
    }
}
