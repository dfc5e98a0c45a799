using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>
/// Adopts an orphan in the store, such as an image that an earlier system wrote. One listing finds it, whatever its extension. Bytes, rename, row, as for
/// every image.
/// </summary>
public sealed partial class ObjectAdoption(
    IAssetStore store, OrphanIntake intake, IReferenceFiles files, IReferenceCatalog catalog, ILogger<ObjectAdoption> logger)
{
    // An id has one object, or a few with different extensions; more than this are not read.
    private const int MaxCandidates = 8;

    /// <returns>The adopted image; <see cref="ErrorKind.NotFound"/> when the store has no valid image with this id, or it was deleted.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond, so it is not known whether the image exists.</exception>
    /// <exception cref="LocalStorageException">The local disk failed; nothing was kept.</exception>
    public async Task<Result<CharacterReference>> AdoptAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        var candidates = store.ListAsync(AssetLayout.References, AssetLayout.ReferenceNameStart(id), cancellationToken).Take(MaxCandidates);
        await foreach (var entry in candidates)
        {
            if (await TryAdoptAsync(entry, cancellationToken) is { } reference)
            {
                return reference;
            }
        }

        return ReferenceErrors.NotFound(id);
    }

    private async Task<CharacterReference?> TryAdoptAsync(AssetEntry entry, CancellationToken cancellationToken)
    {
        var received = await intake.ReceiveUnreservedAsync(entry, cancellationToken);
        if (!received.TryGet(out var orphan, out var error))
        {
            LogRejected(logger, entry.Key, error.Detail);
            return null;
        }

        var (image, reference) = orphan;
        using (image)
        {
            if (files.Find(reference.Id, reference.Format) is not { } file)
            {
                return await PublishAsync(image, reference);
            }

            // Left by a crash or a lost catalog. The same bytes serve as the local file; other bytes are left in place.
            if (await files.HashAsync(file, cancellationToken) == reference.Sha256)
            {
                return await AddAsync(reference);
            }

            LogRejected(logger, entry.Key, "A local file with the same name has other bytes.");
            return null;
        }
    }

    private async Task<CharacterReference?> PublishAsync(AcceptedImage image, CharacterReference reference)
    {
        files.Publish(image.Staged, reference.Id, reference.Format);
        CharacterReference? row = null;
        try
        {
            row = await AddAsync(reference);
        }
        finally
        {
            // Deleted meanwhile, adopted with other bytes, or not recorded: the file belongs to no row.
            if (row?.Sha256 != reference.Sha256)
            {
                files.Delete(reference.Id, reference.Format);
            }
        }

        return row;
    }

    /// <summary>Adds the row, or finds the one that was added meanwhile. From here on a canceled request must not leave the file without its row.</summary>
    private async Task<CharacterReference?> AddAsync(CharacterReference reference)
    {
        if (!await catalog.TryAddAsync(reference, CancellationToken.None))
        {
            return await catalog.FindAsync(reference.Id, CancellationToken.None);
        }

        LogAdopted(logger, reference.Id, reference.RemoteCopy!.Key, reference.Format.Extension);
        return reference;
    }

    [LoggerMessage(56, LogLevel.Information, "Adopted {ImageId} from {Key} in the store: {Format}")]
    private static partial void LogAdopted(ILogger logger, CharacterReferenceId imageId, AssetKey key, string format);

    [LoggerMessage(57, LogLevel.Warning, "Object {Key} in the store was not adopted: {Cause}")]
    private static partial void LogRejected(ILogger logger, AssetKey key, string cause);
}
