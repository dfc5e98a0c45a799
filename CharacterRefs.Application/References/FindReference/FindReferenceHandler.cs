using CharacterRefs.Application.Ports;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.FindReference;

/// <summary>Finds one reference and its local copy. The catalog says where the bytes are; nothing is probed.</summary>
public sealed class FindReferenceHandler(IReferenceCatalog catalog, IReferenceFiles files)
{
    /// <returns>The reference, with a <c>null</c> file when its local copy is gone; <see cref="ErrorKind.NotFound"/> without a row.</returns>
    public async Task<Result<StoredReference>> HandleAsync(CharacterReferenceId id, CancellationToken cancellationToken) =>
        await catalog.FindAsync(id, cancellationToken) is { } reference
            ? new StoredReference(reference, files.RelativePath(id, reference.Format), files.Find(id, reference.Format))
            : ReferenceErrors.NotFound(id);
}
