using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.References.Cache;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Generations;

/// <summary>Finds the reference images of a generation.</summary>
public sealed class GenerationReferences(ReferenceLookup lookup, LocalCopies copies)
{
    /// <summary>The reference images, with their bytes at hand.</summary>
    /// <returns>In the order of the ids, or why one is not available.</returns>
    public async Task<Result<IReadOnlyList<ReferenceImage>>> FindAsync(
        IReadOnlyList<CharacterReferenceId> ids, CancellationToken cancellationToken)
    {
        var references = new List<ReferenceImage>();
        foreach (var id in ids)
        {
            if (!(await lookup.FindAsync(id, cancellationToken)).TryGet(out var known, out var error))
            {
                return error;
            }

            if ((await copies.FindAsync(known, cancellationToken)).Error is { } missing)
            {
                return missing;
            }

            references.Add(new ReferenceImage(id, known.Format, known.SizeBytes, token => copies.OpenReadAsync(known, token)));
        }

        return references.Count == 0 ? Array.Empty<ReferenceImage>() : references.ToArray();
    }
}
