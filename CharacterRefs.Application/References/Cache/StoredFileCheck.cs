using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Cache;

/// <summary>
/// Reads each asset of the local store again, once per <c>COPY_CHECK_PERIOD</c>. What is damaged, whoever found it, is mended within a minute where it is the
/// copy of an image with a good local file, and otherwise reported once. A bucket checks its own disks.
/// </summary>
public sealed partial class StoredFileCheck(
    IAssetStore store, IReferenceCatalog catalog, IReferenceFiles files, StorageSettings settings, TimeProvider clock, ILogger<StoredFileCheck> logger)
    : FileRound<AssetKey>(settings, clock)
{
    private readonly HashSet<AssetKey> _reported = [];

    // They may have gigabytes.
    private protected override int LeastFiles => 1;

    private protected override async Task<AssetKey[]> ListAsync(CancellationToken cancellationToken) => store.Damaged is null
        ? []
        : await store.ListAsync(AssetKeyPrefix.All, cancellationToken).Select(entry => entry.Key).ToArrayAsync(cancellationToken);

    private protected override async Task CheckAsync(IReadOnlyList<AssetKey> batch, CancellationToken cancellationToken)
    {
        foreach (var key in batch)
        {
            try
            {
                await store.RecheckAsync(key, cancellationToken);
            }
            catch (AssetStoreUnavailableException error)
            {
                LogNotChecked(logger, key, error.ToCause());
            }
        }
    }

    private protected override async Task ConcludeAsync(CancellationToken cancellationToken)
    {
        var damaged = store.Damaged ?? [];
        _reported.IntersectWith(damaged);
        foreach (var key in damaged.Except(_reported).ToList())
        {
            try
            {
                await ConcludeAsync(key, cancellationToken);
            }
            catch (AssetStoreUnavailableException error)
            {
                LogNotChecked(logger, key, error.ToCause());
            }
        }
    }

    private async Task ConcludeAsync(AssetKey key, CancellationToken cancellationToken)
    {
        if (await TryMendAsync(key, cancellationToken))
        {
            LogMended(logger, key);
        }
        else if (await store.IsDamagedAsync(key, cancellationToken))
        {
            _reported.Add(key);
            LogDamaged(logger, key);
        }
    }

    /// <summary>Saves the bytes of its image again, which replaces them only where they are the bytes that were stored.</summary>
    private async Task<bool> TryMendAsync(AssetKey key, CancellationToken cancellationToken)
    {
        if (AssetLayout.Derivatives.Contains(key))
        {
            await store.DeleteAsync(key, cancellationToken); // made again when it is missing
            return true;
        }

        if (!AssetLayout.TryReadReference(key, out var id, out var format)
            || await catalog.FindAsync(id, cancellationToken) is not { } reference
            || reference.Format != format
            || files.Find(id, format) is not { } file)
        {
            return false;
        }

        try
        {
            var content = new AssetContent(reference.SizeBytes, format.MediaType, reference.Sha256, _ => ValueTask.FromResult(files.OpenRead(file)));
            return await store.SaveAsync(key, content, cancellationToken) is SaveOutcome.Stored;
        }
        catch (Exception error) when (error is LocalStorageException or InvalidDataException)
        {
            return false; // the local file is no better
        }
    }

    [LoggerMessage(169, LogLevel.Error, "The stored asset {Key} is damaged and has no good copy here: it does not match its recorded length and hash")]
    private static partial void LogDamaged(ILogger logger, AssetKey key);

    [LoggerMessage(175, LogLevel.Warning, "The stored asset {Key} was not checked: {Cause}")]
    private static partial void LogNotChecked(ILogger logger, AssetKey key, string cause);

    [LoggerMessage(172, LogLevel.Warning, "The stored asset {Key} was damaged; it was replaced by its good copy, or removed where it is made again")]
    private static partial void LogMended(ILogger logger, AssetKey key);
}
