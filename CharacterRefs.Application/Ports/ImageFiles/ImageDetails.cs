namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>Format and dimensions of an inspected image.</summary>
/// <param name="Format">Detected from the content.</param>
/// <param name="Width">Pixels as shown.</param>
/// <param name="Height">Pixels as shown.</param>
public sealed record ImageDetails(ImageFormat Format, int Width, int Height)
{
    /// <summary>EXIF orientation of the stored pixels, 1 (upright) to 8; 5 to 8 are shown turned by a quarter.</summary>
    public int Orientation { get; init; } = 1;
}
