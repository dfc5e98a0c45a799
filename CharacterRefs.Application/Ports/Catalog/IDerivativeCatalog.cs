using CharacterRefs.Application.Ports.ImageFiles;

namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>Which images still need their thumb, and what is found when it is rendered.</summary>
public interface IDerivativeCatalog
{
    /// <summary>Lists images without a dominant color or orientation, oldest first.</summary>
    /// <param name="after">The <c>Position</c> of the last image of the previous call; 0 for the first.</param>
    /// <param name="limit">Most images.</param>
    Task<IReadOnlyList<(long Position, CharacterReference Reference)>> ListIncompleteAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>Records the dominant color, orientation and dimensions of an image; an image without a row is ignored.</summary>
    Task RecordAsync(CharacterReferenceId id, RenderedDerivative rendered, CancellationToken cancellationToken);
}
