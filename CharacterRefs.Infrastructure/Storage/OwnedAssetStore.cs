namespace CharacterRefs.Infrastructure.Storage;

/// <summary>
/// A store that is changed only by its owner: the first change claims it, as does the start when the store responds then. Reads need no claim.
/// </summary>
internal sealed class OwnedAssetStore(IAssetStore inner, StoreOwnership ownership) : IAssetStore
{
    public async Task<SaveOutcome> SaveAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken);
        return await inner.SaveAsync(key, content, cancellationToken);
    }

    public async Task ReplaceAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken);
        await inner.ReplaceAsync(key, content, cancellationToken);
    }

    public async Task<AssetTag?> TryReplaceAsync(AssetKey key, AssetContent content, AssetTag expected, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken);
        return await inner.TryReplaceAsync(key, content, expected, cancellationToken);
    }

    public async Task<SaveOutcome?> CopyAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken);
        return await inner.CopyAsync(from, to, cancellationToken);
    }

    public async Task<bool> TryCopyAsync(AssetKey from, long length, AssetKey to, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken);
        return await inner.TryCopyAsync(from, length, to, cancellationToken);
    }

    public async Task<bool> CopyOverAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken);
        return await inner.CopyOverAsync(from, to, cancellationToken);
    }

    public async Task DeleteAsync(AssetKey key, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken);
        await inner.DeleteAsync(key, cancellationToken);
    }

    public Task<OpenAsset?> OpenReadAsync(AssetKey key, ByteSpan? range, CancellationToken cancellationToken) =>
        inner.OpenReadAsync(key, range, cancellationToken);

    public Task<AssetMetadata?> FindAsync(AssetKey key, CancellationToken cancellationToken) => inner.FindAsync(key, cancellationToken);

    public Task<bool> IsDamagedAsync(AssetKey key, CancellationToken cancellationToken) => inner.IsDamagedAsync(key, cancellationToken);

    public IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, string nameStart, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, nameStart, cancellationToken);

    public IAsyncEnumerable<ListedObject> ListAllAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken) =>
        inner.ListAllAsync(prefix, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(AssetKeyPrefix prefix, string? after, CancellationToken cancellationToken) =>
        inner.ListFoldersAsync(prefix, after, cancellationToken);

    private async ValueTask RequireAsync(CancellationToken cancellationToken)
    {
        if (await ownership.ClaimAsync(cancellationToken) is { } problem)
        {
            throw new AssetStoreUnavailableException($"The bucket must not be changed. {problem}", AssetStoreFault.Rejected);
        }
    }
}
