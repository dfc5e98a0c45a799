using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.FindReference;

/// <summary>
/// Finds one reference, its local copy and the jobs that use it. The catalog says where the bytes are; nothing is probed but for an id that it has never
/// seen.
/// </summary>
public sealed class FindReferenceHandler(ReferenceLookup lookup, IJobCatalog jobs, ReferenceLocator stored)
{
    /// <returns>
    /// The reference, with a <c>null</c> file when its local copy is gone; <see cref="ErrorKind.NotFound"/> when there is none,
    /// <see cref="ErrorKind.StorageUnavailable"/> when only the store could tell.
    /// </returns>
    public async Task<Result<LocatedReference>> HandleAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        var found = await lookup.FindAsync(id, cancellationToken);
        return found.TryGet(out var reference, out var error)
            ? stored.Of(reference) with { Jobs = (await jobs.FindJobsAsync([id], cancellationToken)).GetValueOrDefault(id, []) }
            : error;
    }
}
