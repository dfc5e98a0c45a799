namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>The reasons for which an image is rejected.</summary>
internal static class ImageRejections
{
    /// <summary>A single frame is accepted.</summary>
    public static Error Animated => Because("the file has more than one frame; a single frame is accepted");

    /// <summary>The content has none of the three signatures.</summary>
    public static Error UnknownFormat => Because("the content is not a PNG, JPEG or WebP image; file name and declared type are ignored");

    /// <summary>The pixel data or the container is damaged.</summary>
    public static Error Undecodable(ImageFormat format) =>
        Because($"the file begins like a {format.Extension} image but cannot be decoded to its last row: the data is damaged or cut short");

    /// <summary>The container has more parts than <see cref="ImageLimits"/> allow.</summary>
    public static Error TooMany(string parts, int limit) =>
        Because(string.Create(CultureInfo.InvariantCulture, $"the file has more than {limit} {parts}, the most that are accepted"));

    /// <summary>Texts that expand to more than <see cref="ImageLimits.MaxTextBytes"/>.</summary>
    public static Error TextsTooLong(long limit) => Because(string.Create(
        CultureInfo.InvariantCulture, $"its compressed texts and color profile expand to more than {limit} bytes, the most that are accepted"));

    /// <summary>A JPEG in a coding process that browsers do not show.</summary>
    public static Error UnsupportedJpeg(string process) =>
        Because($"the file is a JPEG with {process}, which browsers do not show; baseline, sequential and progressive Huffman coding of 8 bits are accepted");

    /// <summary>Decoding did not end in time.</summary>
    public static Error TooSlow(TimeSpan timeout) => Because(string.Create(
        CultureInfo.InvariantCulture, $"the image took longer than {timeout.TotalSeconds:0.###} seconds to decode, the most that is accepted"));

    /// <summary>The limit of the dimensions that an image exceeds; <c>null</c> when it exceeds none.</summary>
    public static Error? BrokenLimit(ImageOutline outline)
    {
        var size = string.Create(CultureInfo.InvariantCulture, $"the image is {outline.Width} × {outline.Height}");
        if (outline.Width > ImageLimits.MaxSide || outline.Height > ImageLimits.MaxSide)
        {
            return Because(string.Create(CultureInfo.InvariantCulture, $"{size} pixels; at most {ImageLimits.MaxSide} on a side is accepted"));
        }

        if (outline.Pixels > ImageLimits.MaxPixels)
        {
            return Because(string.Create(
                CultureInfo.InvariantCulture,
                $"{size} = {outline.Pixels} pixels; at most {ImageLimits.MaxPixels} (50 megapixels) are accepted"));
        }

        return outline.IsInPasses && outline.Pixels > ImageLimits.MaxPixelsInPasses
            ? Because(string.Create(
                CultureInfo.InvariantCulture,
                $"{size} = {outline.Pixels} pixels, progressive or interlaced; at most {ImageLimits.MaxPixelsInPasses} (25 megapixels) are accepted so"))
            : null;
    }

    private static Error Because(string detail) => Error.Invalid("file", detail);
}
