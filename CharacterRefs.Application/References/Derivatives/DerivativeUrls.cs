using System.Collections.Concurrent;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Derivatives;

/// <summary>
/// Derivatives in the object store, with presigned URLs. The catalog does not record them, because they can be made again; instead this process remembers for
/// an hour which ones it has seen there.
/// </summary>
public sealed class DerivativeUrls(
    DerivativeCache cache, IAssetStore store, IAssetUrlSigner signer, IReferenceCatalog references, StorageSettings settings, TimeProvider clock)
{
    private const int MostRemembered = 100_000;
    private static readonly TimeSpan s_memory = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<AssetKey, DateTimeOffset> _seen = new();

    /// <summary>Signs a URL of a derivative; renders and stores it first when the store does not have it.</summary>
    /// <param name="isFresh">Whether the store is checked although it had the derivative lately.</param>
    /// <returns>The URL, or an error as for <see cref="DerivativeCache.GetAsync"/>.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store failed, or there are no credentials to sign with.</exception>
    /// <exception cref="Ports.ImageFiles.LocalStorageException">The local disk failed.</exception>
    public async Task<Result<PresignedUrl>> GetAsync(CharacterReference reference, Derivative derivative, bool isFresh, CancellationToken cancellationToken)
    {
        var key = AssetLayout.Derivative(reference.Id, derivative);
        if (isFresh || !IsRemembered(key))
        {
            var isMissing = await store.FindAsync(key, cancellationToken) is null || await store.IsDamagedAsync(key, cancellationToken);
            if (isMissing && await SaveAsync(key, reference, derivative, cancellationToken) is { } error)
            {
                return error;
            }

            Remember(key);
        }

        return signer.Sign(key, settings.PresignedUrlExpiry);
    }

    private async Task<Error?> SaveAsync(AssetKey key, CharacterReference reference, Derivative derivative, CancellationToken cancellationToken)
    {
        if (!(await cache.GetAsync(reference, derivative, cancellationToken)).TryGet(out var file, out var error))
        {
            return error;
        }

        var content = AssetContent.FromBytes(await File.ReadAllBytesAsync(file.FullPath, cancellationToken), Derivative.MediaType);

        // In place of a damaged one: another version of the renderer may have made other bytes.
        await store.ReplaceAsync(key, content, cancellationToken);
        if (await references.FindAsync(reference.Id, cancellationToken) is not null)
        {
            return null;
        }

        // Deleted meanwhile: the removal of its copies may have passed already.
        await store.DeleteAsync(key, cancellationToken);
        return ReferenceErrors.NotFound(reference.Id);
    }

    private bool IsRemembered(AssetKey key) => _seen.TryGetValue(key, out var until) && clock.GetUtcNow() < until;

    private void Remember(AssetKey key)
    {
        if (_seen.Count >= MostRemembered)
        {
            _seen.Clear();
        }

        _seen[key] = clock.GetUtcNow() + s_memory;
    }
}
