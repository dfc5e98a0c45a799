using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Application.Ports.Assets;

/// <summary>
/// Where assets are kept for good: a local directory or a bucket. Two answers are never mixed up. <c>null</c> means that the store was reached and
/// has no such asset; everything that keeps the store from answering is an <see cref="AssetStoreUnavailableException"/>. An asset is complete or it is
/// not there: a save that fails or is cancelled leaves no part of it (a remote store may have taken all of it in that very moment). Saves and copies do
/// not overwrite; <see cref="ReplaceAsync"/> does, and a reader meets the old asset or the new one, with its own length, type and hash.
/// </summary>
public interface IAssetStore
{
    /// <summary>Stores the content under the key unless something stands there already. Saving the same bytes again is fine, also at the same time.</summary>
    /// <param name="key">Where to.</param>
    /// <param name="content">What; opened as often as attempts are needed.</param>
    /// <param name="cancellationToken">Stops and leaves no part.</param>
    /// <exception cref="AssetStoreUnavailableException">The store did not take it.</exception>
    /// <exception cref="InvalidDataException">The content that was opened has not the announced length or hash. Nothing was stored.</exception>
    Task<SaveOutcome> SaveAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken);

    /// <summary>
    /// Stores the content under the key, whatever stands there: for the few assets that change, such as a job's manifest. Nobody sees a mixture or an
    /// absence in between. Of replacements at the same time the last one stays.
    /// </summary>
    /// <param name="key">Where to.</param>
    /// <param name="content">What; opened as often as attempts are needed.</param>
    /// <param name="cancellationToken">Stops and leaves what stood there.</param>
    /// <exception cref="AssetStoreUnavailableException">
    /// The store did not take it, or in a store that is a directory a folder has this name. What stood there stands there, unless only the answer was lost.
    /// </exception>
    /// <exception cref="InvalidDataException">The content that was opened has not the announced length or hash. Nothing has changed.</exception>
    Task ReplaceAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken);

    /// <summary>Opens an asset for reading.</summary>
    /// <param name="key">Which one.</param>
    /// <param name="range">Only these bytes; <c>null</c> for all. What lies beyond the end is left out, so a range may give no bytes.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <returns>The asset, which the caller disposes; <c>null</c> when it is absent.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer; also thrown by reads of the stream.</exception>
    Task<OpenAsset?> OpenReadAsync(AssetKey key, ByteSpan? range, CancellationToken cancellationToken);

    /// <summary>What is known of an asset without reading it.</summary>
    /// <returns><c>null</c> when it is absent.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer.</exception>
    Task<AssetMetadata?> FindAsync(AssetKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Every asset in a folder, at any depth, in the order of the keys' UTF-8 bytes, fetched page by page while it is enumerated. Objects whose names
    /// are no legal keys are left out: they are not ours.
    /// </summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer; thrown while enumerating.</exception>
    IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken);

    /// <summary>The same, but only what follows the folder's slash with this text: <c>a/</c> and <c>b.</c> give <c>a/b.png</c> and <c>a/b.d/c</c>.</summary>
    /// <param name="prefix">The folder.</param>
    /// <param name="nameStart">How the first segment inside the folder begins, compared by code points; no slash. Empty = everything.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer; thrown while enumerating.</exception>
    IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, string nameStart, CancellationToken cancellationToken);

    /// <summary>
    /// Everything in a folder with the names of objects that are not ours, for whoever has to tell of them. By itself it gives what
    /// <see cref="ListAsync(AssetKeyPrefix, CancellationToken)"/> gives; a store in which others may write gives all.
    /// </summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer; thrown while enumerating.</exception>
    IAsyncEnumerable<ListedObject> ListAllAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken) =>
        ListAsync(prefix, cancellationToken).Select(entry => new ListedObject(entry.Key.Value, entry));

    /// <summary>Copies an asset inside the store, with its media type and hash; the bytes do not come here.</summary>
    /// <returns>As for a save of the same bytes; <c>null</c> when there is no asset at <paramref name="from"/>.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer.</exception>
    Task<SaveOutcome?> CopyAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken);

    /// <summary>
    /// The same once, for a target that a listing showed to be free a moment ago: a remote store that cannot copy without overwriting is not asked for both
    /// ends again. Only for bytes that belong to the key, so that overwriting what another put there meanwhile changes nothing.
    /// </summary>
    /// <param name="from">The source.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="to">The target.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns><c>false</c> when there is no source, or something at the target; <see cref="CopyAsync"/> tells which.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer.</exception>
    async Task<bool> TryCopyAsync(AssetKey from, long length, AssetKey to, CancellationToken cancellationToken) =>
        await CopyAsync(from, to, cancellationToken) is SaveOutcome.Stored;

    /// <summary>Removes an asset; an absent one is fine.</summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer.</exception>
    Task DeleteAsync(AssetKey key, CancellationToken cancellationToken);
}
