using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>Validates images: the format is detected from the content, limits are enforced, and every row must decode.</summary>
public interface IImageInspector
{
    /// <summary>Reads format and dimensions from the header, then decodes every row in a bounded pool with a timeout.</summary>
    /// <param name="path">A local file; its name is ignored.</param>
    /// <param name="cancellationToken">Stops waiting and decoding.</param>
    /// <returns>Format and size, or <see cref="ErrorKind.ValidationError"/> naming the limit or rule that was violated.</returns>
    Task<Result<ImageDetails>> InspectAsync(string path, CancellationToken cancellationToken);
}
