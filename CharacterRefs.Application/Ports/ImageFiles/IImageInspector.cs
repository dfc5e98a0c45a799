using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>The gate that every image passes, generated or uploaded: what the bytes are, within the limits, decodable to the last row.</summary>
public interface IImageInspector
{
    /// <summary>Reads format and dimensions from the header first, then decodes everything in a bounded pool with a timeout.</summary>
    /// <param name="path">A file on local disk; its name decides nothing.</param>
    /// <param name="cancellationToken">Stops waiting and decoding.</param>
    /// <returns>Format and size, or <see cref="ErrorKind.ValidationError"/> whose detail says which limit or rule the bytes break.</returns>
    Task<Result<ImageDetails>> InspectAsync(string path, CancellationToken cancellationToken);
}
