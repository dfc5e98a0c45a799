using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.DeleteReference;

/// <summary>
/// Deletes a reference: row and tombstone first, then the local file, so that a crash in between cannot bring it back. An image that is only in the store
/// is adopted first, so that it is deleted in the same way.
/// </summary>
public sealed class DeleteReferenceHandler(ReferenceLookup lookup, IReferenceCatalog catalog, IReferenceFiles files)
{
    /// <returns>
    /// The deleted reference; <see cref="ErrorKind.NotFound"/>; <see cref="ErrorKind.Conflict"/> naming the jobs that use it;
    /// <see cref="ErrorKind.StorageUnavailable"/> when it is not in the catalog and the store is unreachable.
    /// </returns>
    public async Task<Result<CharacterReference>> HandleAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        var found = await lookup.FindAsync(id, cancellationToken);
        if (!found.TryGet(out var reference, out var error))
        {
            return error;
        }

        var deletion = await catalog.DeleteAsync(id, cancellationToken);
        if (!deletion.IsDone)
        {
            return deletion.UsedBy.Count > 0 ? ReferenceErrors.InUse(id, deletion.UsedBy) : ReferenceErrors.NotFound(id);
        }

        files.Delete(id, reference.Format);
        return reference;
    }
}
