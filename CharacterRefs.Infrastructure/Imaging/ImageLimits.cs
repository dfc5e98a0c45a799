namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>Limits of an image, which bound the memory and time that one file can cost.</summary>
internal static class ImageLimits
{
    /// <summary>Longest side in pixels; the format WebP allows one pixel less.</summary>
    public const int MaxSide = 16_384;

    /// <summary>Largest area in pixels: 50 megapixels, about 200 MB when a format has to be decoded in one piece.</summary>
    public const long MaxPixels = 50_000_000;

    /// <summary>Frames in one file: animations are rejected.</summary>
    public const int MaxFrames = 1;
}
