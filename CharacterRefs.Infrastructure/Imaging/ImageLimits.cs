namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>Limits of an image, which bound the memory and time that one file can cost.</summary>
internal static class ImageLimits
{
    /// <summary>Longest side in pixels; the format WebP allows one pixel less.</summary>
    public const int MaxSide = 16_384;

    /// <summary>Largest area in pixels: 50 megapixels, about 450 MB when a format has to be decoded in one piece.</summary>
    public const long MaxPixels = 50_000_000;

    /// <summary>Largest area in pixels of a progressive JPEG or interlaced PNG: each pass costs up to 1.7 ns per pixel and cannot be interrupted.</summary>
    public const long MaxPixelsInPasses = 25_000_000;

    /// <summary>Scans of a JPEG. Encoders write at most 18, for four components.</summary>
    public const int MaxScans = 32;

    /// <summary>
    /// Segments of a JPEG, and chunks of a WebP or PNG besides those below. Decoders keep them in memory; the longest colour profile takes 255 segments of a
    /// JPEG.
    /// </summary>
    public const int MaxParts = 2_000;

    /// <summary>Chunks of image data in a PNG: 10 MiB in pieces of 256 bytes. Encoders write pieces of 8 KiB and more.</summary>
    public const int MaxDataChunks = 40_000;

    /// <summary>Texts and color profiles of a PNG that may be compressed; cameras and editors write a few.</summary>
    public const int MaxCompressedTexts = 64;

    /// <summary>Length of all compressed texts and the color profile of a PNG when they are expanded, in bytes. Profiles of cameras have up to 2 MB.</summary>
    public const long MaxTextBytes = 16 * 1024 * 1024;
}
