using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.References.FindReference;

/// <summary>
/// Finds one reference with its local file and the jobs that use it. The store is searched only for an id that is not in the catalog.
/// </summary>
public sealed class FindReferenceHandler(ReferenceLookup lookup, IJobCatalog jobs, ReferenceLocator locator)
{
    /// <returns>
    /// The reference, with a <c>null</c> file when it has no local file; <see cref="ErrorKind.NotFound"/>;
    /// <see cref="ErrorKind.StorageUnavailable"/> when it is not in the catalog and the store is unreachable.
    /// </returns>
    public async Task<Result<LocatedReference>> HandleAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        var found = await lookup.FindAsync(id, cancellationToken);
        return found.TryGet(out var reference, out var error)
            ? locator.Locate(reference) with { Jobs = await jobs.FindJobsAsync(id, cancellationToken) }
            : error;
    }
}
