using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>
/// Opens the catalog for concurrent reads and for one write at a time. SQLite has one writer; queueing here avoids the retry loop of its driver, which sleeps
/// 150 ms at a time while the file is busy.
/// </summary>
internal sealed class CatalogDatabase(IDbContextFactory<CatalogDbContext> contexts) : IDisposable
{
    private readonly SemaphoreSlim _writer = new(1, 1);
    private volatile RecentReferences _recent = new();

    /// <summary>References that were read since the last write. Every write replaces it by an empty one.</summary>
    public RecentReferences Recent => _recent;

    /// <exception cref="Application.Ports.ImageFiles.LocalStorageException">The disk failed.</exception>
    public Task<T> ReadAsync<T>(Func<CatalogDbContext, Task<T>> read, CancellationToken cancellationToken) => UseAsync(read, cancellationToken);

    /// <exception cref="Application.Ports.ImageFiles.LocalStorageException">The disk failed.</exception>
    public async Task<T> WriteAsync<T>(Func<CatalogDbContext, Task<T>> write, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            return await UseAsync(write, cancellationToken);
        }
        finally
        {
            // Also after a failure, which may have followed the commit.
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
