using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References.Cache;

/// <summary>Fetches the persisted copy of an image to the local disk, in place of a file that is absent or damaged.</summary>
public sealed partial class FileFetch(
    IReferenceFiles files, IAssetStore store, IReferenceCatalog catalog, FileIntegrity integrity, StorageMeter meter, ILogger<FileFetch> logger)
{
    /// <returns>
    /// The file; <see cref="ErrorKind.NotFound"/> when the store no longer has the copy or the image was deleted meanwhile,
    /// <see cref="ErrorKind.InternalError"/> when the copy has other bytes.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store failed.</exception>
    /// <exception cref="LocalStorageException">The local disk failed.</exception>
    public async Task<Result<LocalFile>> RunAsync(CharacterReference reference, RemoteCopy copy, CancellationToken cancellationToken)
    {
        try
        {
            await using var asset = await store.OpenReadAsync(copy.Key, null, cancellationToken);
            if (asset is null)
            {
                meter.Fetched("absent");
                LogAbsent(logger, reference.Id);
                return ReferenceErrors.NotFound(reference.Id);
            }

            using var staged = await files.StageAsync(asset.Content, reference.SizeBytes, cancellationToken);
            if (staged is null || staged.SizeBytes != reference.SizeBytes || staged.Sha256 != reference.Sha256)
            {
                meter.Fetched("corrupt");
                LogCorrupt(logger, reference.Id);
                return new Error(
                    ErrorKind.InternalError,
                    "The persisted copy of the image does not match its recorded length and hash, and there is no undamaged local copy.");
            }

            var file = Publish(staged, reference);
            if (await catalog.FindAsync(reference.Id, cancellationToken) is null)
            {
                // Deleted during the fetch: its bytes must not come back.
                files.Delete(reference.Id, reference.Format);
                return ReferenceErrors.NotFound(reference.Id);
            }

            integrity.Remember(reference, file);
            meter.Fetched("fetched");
            LogFetched(logger, reference.Id);
            return file;
        }
        catch (AssetStoreUnavailableException)
        {
            meter.Fetched("unreachable");
            throw;
        }
    }

    private LocalFile Publish(IStagedFile staged, CharacterReference reference)
    {
        if (files.Find(reference.Id, reference.Format) is { } damaged)
        {
            // Only now, because until here it was the best copy of all.
            files.Delete(reference.Id, reference.Format);
            LogReplaced(logger, reference.Id, damaged.SizeBytes);
        }

        try
        {
            files.Publish(staged, reference.Id, reference.Format);
        }
        catch (LocalStorageException) when (files.Find(reference.Id, reference.Format) is { } winner && winner.SizeBytes == reference.SizeBytes)
        {
            // Another fetch published first; published files are always complete.
            return winner;
        }

        return files.Find(reference.Id, reference.Format)
            ?? throw new LocalStorageException("The image was removed from the local disk right after it was fetched.");
    }

    [LoggerMessage(50, LogLevel.Debug, "Fetched {ImageId} from the store: it had no local file")]
    private static partial void LogFetched(ILogger logger, CharacterReferenceId imageId);

    [LoggerMessage(51, LogLevel.Error, "Lost {ImageId}: it has no local file, and the store no longer has its persisted copy")]
    private static partial void LogAbsent(ILogger logger, CharacterReferenceId imageId);

    [LoggerMessage(52, LogLevel.Error, "Fetch of {ImageId} failed: its persisted copy does not match the recorded length and hash")]
    private static partial void LogCorrupt(ILogger logger, CharacterReferenceId imageId);

    [LoggerMessage(55, LogLevel.Warning, "Replaced the damaged local file of {ImageId} ({Bytes} bytes) by its copy in the store")]
    private static partial void LogReplaced(ILogger logger, CharacterReferenceId imageId, long bytes);
}
