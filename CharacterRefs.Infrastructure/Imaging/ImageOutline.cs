namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>What the container of an image says before a pixel is decoded.</summary>
/// <param name="Width">Pixels as stored.</param>
/// <param name="Height">Pixels as stored.</param>
internal sealed record ImageOutline(int Width, int Height)
{
    // Measured with libvips 8.18 at 49 megapixels: 8.1 bytes per pixel for WebP, 6.5 for progressive JPEG in three components, which is 8.7 in four.
    private const long WholeBytesPerPixel = 9;

    // Decoded in strips, PNG grew the process by 3 MB and JPEG by 35 MB.
    private const long StripsBytesPerPixel = 1;

    // The decoder, its library and the image each have a copy: 2.1 GB were measured for 500 MB of texts.
    private const long CopiesOfTexts = 4;

    private const long BaseBytes = 8 * 1024 * 1024;

    // Some 10 ms on one core; data that cannot be compressed is longer than its pixels by less than this.
    private const long MostQuickBytes = 4 * 1024 * 1024;
    private const long MostOverhead = 64 * 1024;

    /// <summary>
    /// Whether the pixels are stored in several passes over the whole area, as in progressive JPEG and interlaced PNG. Each pass costs time, and the decoder
    /// keeps the whole area in memory.
    /// </summary>
    public bool IsInPasses { get; init; }

    /// <summary>Whether the decoder keeps the whole area in memory and cannot be interrupted.</summary>
    public required bool IsDecodedWhole { get; init; }

    /// <summary>Length of a row in bytes, for a PNG that is not interlaced; <c>null</c> otherwise.</summary>
    public long? PngRowBytes { get; init; }

    /// <summary>What the compressed texts and the color profile of a PNG expand to, in bytes; otherwise zero.</summary>
    public long TextBytes { get; init; }

    /// <summary>Faults of a JPEG outside of its pixel data, which are repaired while it is decoded; the file is not changed.</summary>
    public IReadOnlyList<JpegRepair> Repairs { get; init; } = [];

    /// <summary>Area in pixels.</summary>
    public long Pixels => (long)Width * Height;

    /// <summary>Whether inspection takes so little time that a thread of its own would cost more than it helps.</summary>
    /// <param name="fileBytes">Length of the file: long data can expand to few pixels.</param>
    public bool IsQuick(long fileBytes) =>
        PngRowBytes * Height is { } pixelBytes && TextBytes == 0 && pixelBytes <= MostQuickBytes && fileBytes <= pixelBytes + MostOverhead;

    /// <summary>Estimate of the memory for decoding.</summary>
    public long DecodeBytes => BaseBytes + (TextBytes * CopiesOfTexts) + (Pixels * (IsDecodedWhole ? WholeBytesPerPixel : StripsBytesPerPixel));
}
