using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References;

namespace CharacterRefs.Application.Generations;

/// <summary>Finds the images of generations.</summary>
public sealed class GenerationImages(IReferenceCatalog catalog, ReferenceLocator references)
{
    /// <summary>The images that a generation has, in slot order; one that was deleted since is absent.</summary>
    public async Task<IReadOnlyList<LocatedReference>> ListAsync(Generation generation, CancellationToken cancellationToken)
    {
        var done = generation.Slots.Where(slot => slot.State is GenerationSlotState.Succeeded).ToList();
        if (done.Count == 0)
        {
            return [];
        }

        var found = await catalog.FindManyAsync([.. done.Select(slot => slot.ImageId)], cancellationToken);
        return
        [
            .. done.Where(slot => found.ContainsKey(slot.ImageId))
                .Select(slot => references.Locate(found[slot.ImageId] with { Provenance = generation.ProvenanceOf(slot) })),
        ];
    }
}
