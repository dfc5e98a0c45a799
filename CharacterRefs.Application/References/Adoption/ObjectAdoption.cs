using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>
/// Takes in an image that lies in the store without a row, because an earlier system wrote it: one listing finds it, whatever its extension. Bytes,
/// rename, row, as for every image.
/// </summary>
public sealed partial class ObjectAdoption(
    IAssetStore store, OrphanIntake intake, IReferenceFiles files, IReferenceCatalog catalog, ILogger<ObjectAdoption> logger)
{
    // An id has one object, or a few with different extensions. More are somebody's mistake and not worth reading.
    private const int MaxCandidates = 8;

    /// <returns>The row; <see cref="ErrorKind.NotFound"/> when the store has no acceptable image under this id, or it was deleted.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer, so that nobody knows.</exception>
    /// <exception cref="LocalStorageException">The local disk did not take it; nothing was kept.</exception>
    public async Task<Result<CharacterReference>> HandleAsync(CharacterReferenceId id, CancellationToken cancellationToken)
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
        var received = await intake.ReceiveAsync(entry, cancellationToken);
        if (!received.TryGet(out var image, out var error))
        {
            LogRefused(logger, entry.Key, error.Detail);
            return null;
        }

        using (image)
        {
            var (id, format) = (image.Reference.Id, image.Reference.Format);
            if (files.Find(id, format) is not { } file)
            {
                return await PublishAsync(image);
            }

            // A crash or a lost catalog left it. The same bytes are as good as ours, others are not for us to judge.
            if (await files.HashAsync(file, cancellationToken) == image.Reference.Sha256)
            {
                return await AddAsync(image.Reference);
            }

            LogRefused(logger, entry.Key, "A local file of the same name has other bytes.");
            return null;
        }
    }

    private async Task<CharacterReference?> PublishAsync(AdoptedImage image)
    {
        var reference = image.Reference;
        files.Publish(image.Image.Staged, reference.Id, reference.Format);
        CharacterReference? row = null;
        try
        {
            row = await AddAsync(reference);
        }
        finally
        {
            // Deleted meanwhile, taken in with other bytes, or not written down: then the file belongs to no row.
            if (row?.Sha256 != reference.Sha256)
            {
                files.Delete(reference.Id, reference.Format);
            }
        }

        return row;
    }

    /// <summary>Adds the row, or finds that of whoever was faster. From here on nobody's leaving must part the file from its row.</summary>
    private async Task<CharacterReference?> AddAsync(CharacterReference reference)
    {
        if (!await catalog.TryAddAsync(reference, CancellationToken.None))
        {
            return await catalog.FindAsync(reference.Id, CancellationToken.None);
        }

        LogAdopted(logger, reference.Id, reference.RemoteCopy!.Key);
        return reference;
    }

    [LoggerMessage(56, LogLevel.Information, "Adopted {ImageId}: it was in the store as {Key} and had no row")]
    private static partial void LogAdopted(ILogger logger, CharacterReferenceId imageId, AssetKey key);

    [LoggerMessage(57, LogLevel.Warning, "Left {Key} alone: it is in the store without a row and is not acceptable. {Reason}")]
    private static partial void LogRefused(ILogger logger, AssetKey key, string reason);
}
