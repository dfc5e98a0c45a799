using CharacterRefs.Application.Ports;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.DeleteReference;

/// <summary>Deletes a reference: row and tombstone first, then the bytes, so that a crash in between cannot bring it back.</summary>
public sealed class DeleteReferenceHandler(IReferenceCatalog catalog, IReferenceFiles files)
{
    /// <returns>What was deleted, or <see cref="ErrorKind.NotFound"/>.</returns>
    public async Task<Result<CharacterReference>> HandleAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        if (await catalog.FindAsync(id, cancellationToken) is not { } reference || !await catalog.DeleteAsync(id, cancellationToken))
        {
            return ReferenceErrors.NotFound(id);
        }

        files.Delete(id, reference.Format);
        return reference;
    }
}
