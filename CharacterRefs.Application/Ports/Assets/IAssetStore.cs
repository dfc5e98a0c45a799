namespace CharacterRefs.Application.Ports.Assets;

/// <summary>
/// The object store: a local directory or a bucket. <c>null</c> means that the store was reached and the asset is absent; when the store is unreachable or
/// rejects the request, an <see cref="AssetStoreUnavailableException"/> is thrown. Assets are complete or absent: a save that fails or is canceled leaves no
/// part (a remote store may have stored all of it just before). Saves and copies do not overwrite; <see cref="ReplaceAsync"/> does, and a reader gets the
/// old asset or the new one, with its own length, type and hash.
/// </summary>
public interface IAssetStore
{
    /// <summary>
    /// Stores the content at the key unless an asset exists there. Saving the same bytes again is safe, also concurrently, and replaces them where they are
    /// damaged (see <see cref="IsDamagedAsync"/>).
    /// </summary>
    /// <param name="content">The content; opened once for each attempt.</param>
    /// <param name="cancellationToken">Stops and leaves nothing.</param>
    /// <exception cref="AssetStoreUnavailableException">The store did not store it.</exception>
    /// <exception cref="InvalidDataException">The opened content does not match its length or hash. Nothing was stored.</exception>
    Task<SaveOutcome> SaveAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken);

    /// <summary>
    /// Stores the content at the key and replaces what exists there, for the few assets that change, such as a job's manifest. Readers see no mixture and no
    /// absence. Of concurrent replacements the last one wins.
    /// </summary>
    /// <param name="content">The content; opened once for each attempt.</param>
    /// <param name="cancellationToken">Stops and changes nothing.</param>
    /// <exception cref="AssetStoreUnavailableException">
    /// The store did not store it, or a folder has this name in a store that is a directory. The asset is unchanged, unless only the response was lost.
    /// </exception>
    /// <exception cref="InvalidDataException">The opened content does not match its length or hash. Nothing has changed.</exception>
    Task ReplaceAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="ReplaceAsync"/>, on the condition that the asset is still in the expected state. A store that ignores conditions replaces it in any
    /// case, and so does one that keeps no tags: the default.
    /// </summary>
    /// <param name="content">The content; opened once for each attempt.</param>
    /// <param name="expected">The tag that was read; <see cref="AssetTag.Unknown"/> is no condition.</param>
    /// <param name="cancellationToken">Stops and changes nothing.</param>
    /// <returns>The tag of the new state; <c>null</c> when the asset is in another state, and nothing has changed.</returns>
    /// <exception cref="AssetStoreUnavailableException">As for <see cref="ReplaceAsync"/>.</exception>
    /// <exception cref="InvalidDataException">As for <see cref="ReplaceAsync"/>.</exception>
    async Task<AssetTag?> TryReplaceAsync(AssetKey key, AssetContent content, AssetTag expected, CancellationToken cancellationToken)
    {
        await ReplaceAsync(key, content, cancellationToken);
        return AssetTag.Unknown;
    }

    /// <summary>Opens an asset for reading.</summary>
    /// <param name="range">Only these bytes; <c>null</c> for all. Bytes beyond the end are left out, so a range may return none.</param>
    /// <returns>The asset, which the caller disposes; <c>null</c> when it is absent.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond; also thrown by reads of the stream.</exception>
    Task<OpenAsset?> OpenReadAsync(AssetKey key, ByteSpan? range, CancellationToken cancellationToken);

    /// <summary>Returns the metadata of an asset without reading it.</summary>
    /// <returns><c>null</c> when it is absent.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    Task<AssetMetadata?> FindAsync(AssetKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the bytes of an asset are not those that were stored. The length is compared each time; the bytes are read once per process, and again after the
    /// file has changed. Never for an asset that another program stored, or that is absent, nor with a remote store, which checks its own disks: the default.
    /// </summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    Task<bool> IsDamagedAsync(AssetKey key, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>As <see cref="IsDamagedAsync"/>, but reads the bytes although they were read before. Never with a remote store: the default.</summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    Task<bool> RecheckAsync(AssetKey key, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>
    /// Assets that were found to be damaged since the start of this process, and whose files have not changed since. <c>null</c> with a remote store, which
    /// checks its own disks: the default.
    /// </summary>
    IReadOnlyCollection<AssetKey>? Damaged => null;

    /// <summary>
    /// Lists every asset in a folder, at any depth, in the order of the keys' UTF-8 bytes, fetched page by page. Objects whose names are not valid
    /// keys are left out: they belong to others.
    /// </summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond; thrown while enumerating.</exception>
    IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken);

    /// <summary>
    /// As above, but only names that start with this text after the folder's slash: <c>a/</c> and <c>b.</c> give <c>a/b.png</c> and <c>a/b.d/c</c>.
    /// </summary>
    /// <param name="nameStart">Start of the first segment inside the folder, compared by code points; no slash. Empty = all.</param>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond; thrown while enumerating.</exception>
    IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, string nameStart, CancellationToken cancellationToken);

    /// <summary>
    /// Lists everything in a folder, objects of others included. The default returns what
    /// <see cref="ListAsync(AssetKeyPrefix, CancellationToken)"/> returns; a store in which others may write returns all.
    /// </summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond; thrown while enumerating.</exception>
    IAsyncEnumerable<ListedObject> ListAllAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken) =>
        ListAsync(prefix, cancellationToken).Select(entry => new ListedObject(entry.Key.Value, entry));

    /// <summary>
    /// Lists the names of the folders directly inside a folder that have assets, in the order of their keys, with the slash at the end. The default reads a
    /// whole listing; a remote store lists folders only.
    /// </summary>
    /// <param name="after">Only folders that come after the one of this name; <c>null</c> for all.</param>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond; thrown while enumerating.</exception>
    IAsyncEnumerable<string> ListFoldersAsync(AssetKeyPrefix prefix, string? after, CancellationToken cancellationToken) =>
        ListAsync(prefix, cancellationToken)
            .Select(entry => entry.Key.Value[prefix.Value.Length..])
            .Where(name => name.Contains('/', StringComparison.Ordinal))
            .Select(name => name[..name.IndexOf('/', StringComparison.Ordinal)])
            .Where(name => after is null || string.CompareOrdinal($"{name}/", $"{after}/") > 0)
            .Distinct();

    /// <summary>Copies an asset inside the store, with its media type and hash.</summary>
    /// <returns>As for a save of the same bytes; <c>null</c> when no asset exists at <paramref name="from"/>.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    Task<SaveOutcome?> CopyAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="CopyAsync"/> in one attempt, for a target that a listing just showed to be free: a remote store that cannot copy conditionally
    /// saves two HEAD requests. Only for bytes that belong to the key, so that overwriting a concurrent copy changes nothing.
    /// </summary>
    /// <param name="length">Its length in bytes.</param>
    /// <returns><c>false</c> when the source is absent or the target exists; <see cref="CopyAsync"/> distinguishes them.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    async Task<bool> TryCopyAsync(AssetKey from, long length, AssetKey to, CancellationToken cancellationToken) =>
        await CopyAsync(from, to, cancellationToken) is SaveOutcome.Stored;

    /// <summary>
    /// As <see cref="CopyAsync"/>, in place of what exists at the target. As for <see cref="ReplaceAsync"/>, readers see no mixture and no absence.
    /// </summary>
    /// <returns><c>false</c> when no asset exists at <paramref name="from"/>; the target is unchanged.</returns>
    /// <exception cref="AssetStoreUnavailableException">As for <see cref="ReplaceAsync"/>.</exception>
    Task<bool> CopyOverAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken);

    /// <summary>Removes an asset; an absent one is not an error.</summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    Task DeleteAsync(AssetKey key, CancellationToken cancellationToken);
}
