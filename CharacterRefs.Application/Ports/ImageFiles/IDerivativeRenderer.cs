using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>Renders derivatives in a bounded pool: upright, in sRGB, without metadata except the mark that says whether a model made the image.</summary>
public interface IDerivativeRenderer
{
    /// <summary>Renders a derivative.</summary>
    /// <param name="source">The image file.</param>
    /// <param name="reference">Its record.</param>
    /// <param name="cancellationToken">Stops waiting and rendering.</param>
    /// <returns>The derivative, <see cref="ErrorKind.InternalError"/> when the file cannot be decoded, or <see cref="ErrorKind.Overloaded"/> when it takes too
    /// long.</returns>
    /// <exception cref="LocalStorageException">The file cannot be read.</exception>
    Task<Result<RenderedDerivative>> RenderAsync(LocalFile source, CharacterReference reference, Derivative derivative, CancellationToken cancellationToken);
}
