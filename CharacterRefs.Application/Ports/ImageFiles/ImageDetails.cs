using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>Format and dimensions of an inspected image.</summary>
/// <param name="Format">Detected from the content.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record ImageDetails(ImageFormat Format, int Width, int Height);
