using CharacterRefs.Application.Ports;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.FindReference;

/// <summary>Finds one reference and its local copy. The catalog says where the bytes are; nothing is probed.</summary>
public sealed class FindReferenceHandler(IReferenceCatalog catalog, StoredReferences stored)
{
    /// <returns>The reference, with a <c>null</c> file when its local copy is gone; <see cref="ErrorKind.NotFound"/> without a row.</returns>
    public async Task<Result<StoredReference>> HandleAsync(CharacterReferenceId id, CancellationToken cancellationToken) =>
        await catalog.FindAsync(id, cancellationToken) is { } reference
            ? stored.Of(reference)
            : ReferenceErrors.NotFound(id);
}
