using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>A store that is a directory, <c>{DATA_ROOT}/storage</c>: each asset is the file that its key names.</summary>
internal sealed class LocalAssetStore : IAssetStore
{
    private readonly LocalAssetReader _reader;
    private readonly LocalAssetPublisher _publisher;
    private readonly LocalAssetListing _listing;

    /// <exception cref="AssetStoreUnavailableException">The directory cannot be created or written to.</exception>
    public LocalAssetStore(DataRootOptions options)
    {
        var paths = new LocalAssetPaths(options.Path);
        var staging = new StagingArea(Path.Join(paths.Bookkeeping, "staging"));
        var sidecars = new SidecarDirectory(Path.Join(paths.Bookkeeping, "sidecars"), staging);
        var locks = LocalAssetFault.Guard("The local store in the directory that DATA_ROOT names cannot be written to", () =>
        {
            StagedFile.Discard(staging.Create());
            staging.RemoveAbandoned();
            return new LocalAssetLocks(Path.Join(paths.Bookkeeping, "locks"));
        });
        _reader = new LocalAssetReader(paths, sidecars, locks);
        _publisher = new LocalAssetPublisher(paths, staging, sidecars, locks, new LocalAssetFolders(paths.Root), _reader);
        _listing = new LocalAssetListing(paths, locks);
    }

    public async Task<SaveOutcome> SaveAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        // Before anything is copied, because saving again what exists is common; decided below, under the lock.
        if (await CompareAsync(key, content, cancellationToken) is { } known)
        {
            return known;
        }

        using var staged = await _publisher.StageAsync(content, cancellationToken);
        while (true)
        {
            if (await _publisher.TryPublishAsync(key, content, staged, cancellationToken))
            {
                return SaveOutcome.Stored;
            }

            if (await CompareAsync(key, content, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }
    }

    public async Task ReplaceAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        await TryReplaceAsync(key, content, AssetTag.Unknown, cancellationToken);
    }

    public async Task<AssetTag?> TryReplaceAsync(AssetKey key, AssetContent content, AssetTag expected, CancellationToken cancellationToken)
    {
        using var staged = await _publisher.StageAsync(content, cancellationToken);
        return await _publisher.TryReplaceAsync(key, content, staged, expected, cancellationToken) ? AssetTag.Of(content.Sha256.ToString()) : null;
    }

    public Task<OpenAsset?> OpenReadAsync(AssetKey key, ByteSpan? range, CancellationToken cancellationToken) =>
        _reader.OpenReadAsync(key, range, cancellationToken);

    public Task<AssetMetadata?> FindAsync(AssetKey key, CancellationToken cancellationToken) => _reader.FindAsync(key, cancellationToken);

    public IReadOnlyCollection<AssetKey> Damaged => _reader.Damaged;

    public async Task<bool> IsDamagedAsync(AssetKey key, CancellationToken cancellationToken) =>
        await _reader.FindLostAsync(key, cancellationToken) is not null;

    public async Task<bool> RecheckAsync(AssetKey key, CancellationToken cancellationToken)
    {
        _reader.Forget(key);
        return await IsDamagedAsync(key, cancellationToken);
    }

    public IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken) => ListAsync(prefix, "", cancellationToken);

    public IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, string nameStart, CancellationToken cancellationToken) =>
        _listing.ListAsync(prefix, nameStart, cancellationToken).Select(item => item.Asset).OfType<AssetEntry>();

    public IAsyncEnumerable<ListedObject> ListAllAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken) =>
        _listing.ListAsync(prefix, "", cancellationToken);

    public Task<SaveOutcome?> CopyAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken) =>
        CopyAsync<SaveOutcome?>(from, async content => await SaveAsync(to, content, cancellationToken), cancellationToken);

    public Task<bool> CopyOverAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken) => CopyAsync(
        from,
        async content =>
        {
            await ReplaceAsync(to, content, cancellationToken);
            return true;
        },
        cancellationToken);

    public Task DeleteAsync(AssetKey key, CancellationToken cancellationToken) => _publisher.DeleteAsync(key, cancellationToken);

    /// <summary>Writes the content of an asset elsewhere. A copy of the bytes, not a link: damage to one must not be damage to both.</summary>
    /// <returns>The default when there is no asset.</returns>
    private async Task<T?> CopyAsync<T>(AssetKey from, Func<AssetContent, Task<T>> write, CancellationToken cancellationToken)
    {
        if (await FindAsync(from, cancellationToken) is not { } source
            || (source.Sha256 ?? await AssetIdentity.HashAsync(this, from, cancellationToken)) is not { } sha256)
        {
            return default;
        }

        try
        {
            return await write(new AssetContent(source.Length, source.MediaType, sha256, OpenAsync));
        }
        catch (FileNotFoundException)
        {
            return default;
        }
        catch (InvalidDataException error)
        {
            if (await FindAsync(from, cancellationToken) != source)
            {
                // Replaced meanwhile: copy the new one.
                return await CopyAsync(from, write, cancellationToken);
            }

            throw new AssetStoreUnavailableException("The bytes in the local store are not those that were stored.", AssetStoreFault.Rejected, inner: error);
        }

        async ValueTask<Stream> OpenAsync(CancellationToken cancellation) =>
            (await OpenReadAsync(from, null, cancellation))?.Content ?? throw new FileNotFoundException("The source of a copy was removed.");
    }

    /// <summary>How a save ends when something exists at the key; <c>null</c> when nothing does, or these bytes and they are damaged.</summary>
    private async Task<SaveOutcome?> CompareAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        if (_publisher.IsNameTaken(key))
        {
            return SaveOutcome.Conflict;
        }

        return await FindAsync(key, cancellationToken) is { } existing && await _reader.FindLostAsync(key, cancellationToken) != content.Sha256
            ? await AssetIdentity.CompareAsync(this, existing, content.Length, content.Sha256, cancellationToken)
            : null;
    }
}
