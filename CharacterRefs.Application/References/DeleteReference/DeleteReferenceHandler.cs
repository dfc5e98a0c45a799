using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.References.DeleteReference;

/// <summary>
/// Deletes a reference: row and tombstone first, then the local file, so that a crash in between cannot bring it back. An image that is only in the store
/// is adopted first, so that it is deleted in the same way. One of an earlier system may be in the folders of jobs that no request has touched yet: these
/// are searched first, so that no job loses its image.
/// </summary>
public sealed partial class DeleteReferenceHandler(
    ReferenceLookup lookup,
    JobImageAdoption jobImages,
    IReferenceCatalog catalog,
    IReferenceFiles files,
    IDerivativeFiles derivatives,
    FileIntegrity integrity,
    ILogger<DeleteReferenceHandler> logger)
{
    /// <returns>
    /// The deleted reference; <see cref="ErrorKind.NotFound"/>; <see cref="ErrorKind.Conflict"/> naming the jobs that use it;
    /// <see cref="ErrorKind.StorageUnavailable"/> when it is not in the catalog and the store is unreachable.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The image is of an earlier system, and the store did not respond. Nothing was deleted.</exception>
    public async Task<Result<CharacterReference>> HandleAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        var found = await lookup.FindAsync(id, cancellationToken);
        if (!found.TryGet(out var reference, out var error))
        {
            return error;
        }

        if (reference.Origin is ReferenceOrigin.Adopted)
        {
            await jobImages.AdoptEverywhereAsync(id, cancellationToken);
        }

        var deletion = await catalog.DeleteAsync(id, cancellationToken);
        if (!deletion.IsDone)
        {
            return deletion.UsedBy.Count > 0 ? ReferenceErrors.InUse(id, deletion.UsedBy) : ReferenceErrors.NotFound(id);
        }

        files.Delete(id, reference.Format);
        integrity.Forget(id);
        derivatives.Delete(id);
        LogDeleted(logger, id);
        return reference;
    }

    [LoggerMessage(25, LogLevel.Information, "Deleted {ImageId}")]
    private static partial void LogDeleted(ILogger logger, CharacterReferenceId imageId);
}
