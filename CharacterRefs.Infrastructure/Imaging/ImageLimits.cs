namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>What an image may be at most. They bound the memory and the time that one file can cost, whatever its few bytes announce.</summary>
internal static class ImageLimits
{
    /// <summary>Longest side in pixels; WebP itself ends one pixel below.</summary>
    public const int MaxSide = 16_384;

    /// <summary>Largest area in pixels: 50 megapixels, about 200 MB when a format has to be decoded in one piece.</summary>
    public const long MaxPixels = 50_000_000;

    /// <summary>Pictures in one file: a character reference does not move.</summary>
    public const int MaxFrames = 1;
}
