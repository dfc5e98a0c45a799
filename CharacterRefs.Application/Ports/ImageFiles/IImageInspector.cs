using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>Validates images: the format is detected from the content, limits are enforced, and every row must decode.</summary>
public interface IImageInspector
{
    /// <summary>Looks for a reason to reject an image in its first bytes, so that the others need not be kept. Decodes nothing.</summary>
    /// <param name="head">The first bytes, or the whole image when it is shorter.</param>
    /// <returns><see cref="ErrorKind.ValidationError"/> naming the limit or rule; <c>null</c> when these bytes violate none.</returns>
    Error? RejectEarly(ReadOnlyMemory<byte> head);

    /// <summary>Validates the container against the limits, then decodes every row in a pool that is bounded in number, memory and time.</summary>
    /// <param name="path">A local file; its name is ignored.</param>
    /// <param name="lane">Where it waits for its turn.</param>
    /// <param name="cancellationToken">Stops waiting and decoding.</param>
    /// <returns>Format and size, or <see cref="ErrorKind.ValidationError"/> naming the limit or rule that was violated.</returns>
    Task<Result<ImageDetails>> InspectAsync(string path, InspectionLane lane, CancellationToken cancellationToken);
}
