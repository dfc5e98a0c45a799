using NetVips;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>What the header of an image says.</summary>
internal static class ImageHeader
{
    // EXIF 2.32, tag 0x0112.
    private const int Upright = 1;
    private const int FirstTurned = 5;
    private const int MaxOrientation = 8;

    /// <summary>The dimensions as shown: browsers turn the stored pixels by the orientation.</summary>
    public static ImageDetails Describe(ImageFormat format, Image image)
    {
        var stored = image.Contains("orientation") ? Convert.ToInt32(image.Get("orientation"), CultureInfo.InvariantCulture) : Upright;
        var orientation = stored is >= Upright and <= MaxOrientation ? stored : Upright;
        return orientation >= FirstTurned
            ? new ImageDetails(format, image.Height, image.Width) { Orientation = orientation }
            : new ImageDetails(format, image.Width, image.Height) { Orientation = orientation };
    }
}
