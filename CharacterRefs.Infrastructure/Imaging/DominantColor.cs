namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>The most frequent color of an image.</summary>
internal static class DominantColor
{
    private const int BitsPerChannel = 3;
    private const int Shift = 8 - BitsPerChannel;

    /// <summary>
    /// The mean of the pixels in the fullest of 512 cells of the RGB cube. A mean of all pixels is often a color that the image does not contain.
    /// </summary>
    /// <param name="rgb">Three bytes per pixel; at least one pixel.</param>
    /// <returns><c>#rrggbb</c>.</returns>
    public static string Of(ReadOnlySpan<byte> rgb)
    {
        Span<int> cells = stackalloc int[1 << (3 * BitsPerChannel)];
        for (var i = 0; i + 2 < rgb.Length; i += 3)
        {
            cells[CellOf(rgb, i)]++;
        }

        var fullest = 0;
        for (var cell = 1; cell < cells.Length; cell++)
        {
            fullest = cells[cell] > cells[fullest] ? cell : fullest;
        }

        long red = 0, green = 0, blue = 0;
        for (var i = 0; i + 2 < rgb.Length; i += 3)
        {
            if (CellOf(rgb, i) == fullest)
            {
                (red, green, blue) = (red + rgb[i], green + rgb[i + 1], blue + rgb[i + 2]);
            }
        }

        var count = cells[fullest];
        return $"#{red / count:x2}{green / count:x2}{blue / count:x2}";
    }

    private static int CellOf(ReadOnlySpan<byte> rgb, int i) =>
        (rgb[i] >> Shift << (2 * BitsPerChannel)) | (rgb[i + 1] >> Shift << BitsPerChannel) | (rgb[i + 2] >> Shift);
}
