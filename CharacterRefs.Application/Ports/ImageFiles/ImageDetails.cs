using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>What an inspected image is.</summary>
/// <param name="Format">Told by the bytes.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record ImageDetails(ImageFormat Format, int Width, int Height);
