namespace CharacterRefs.Domain.Assets;

/// <summary>One of the three supported image formats.</summary>
public sealed class ImageFormat
{
    /// <summary>Portable Network Graphics.</summary>
    public static readonly ImageFormat Png = new("png", "image/png");

    /// <summary>JPEG File Interchange Format.</summary>
    public static readonly ImageFormat Jpeg = new("jpg", "image/jpeg");

    /// <summary>WebP, lossy or lossless.</summary>
    public static readonly ImageFormat WebP = new("webp", "image/webp");

    private ImageFormat(string extension, string mediaType)
    {
        Extension = extension;
        MediaType = mediaType;
    }

    /// <summary>Number of leading bytes that <see cref="FromSignature"/> needs.</summary>
    public const int SignatureLength = 12;

    /// <summary>All formats, in the order in which the contract names them.</summary>
    public static IReadOnlyList<ImageFormat> All { get; } = [Png, Jpeg, WebP];

    /// <summary>File extension without a dot; also the name of the format on the wire (<c>png</c>, <c>jpg</c>, <c>webp</c>).</summary>
    public string Extension { get; }

    /// <summary>IANA media type.</summary>
    public string MediaType { get; }

    /// <summary>The format with this extension; <c>jpeg</c> means <c>jpg</c>. <c>null</c> for any other text.</summary>
    public static ImageFormat? FromExtension(string? extension) => extension switch
    {
        "png" => Png,
        "jpg" or "jpeg" => Jpeg,
        "webp" => WebP,
        _ => null,
    };

    /// <summary>
    /// Detects the format from the first bytes (PNG specification 5.2, JPEG SOI marker, RIFF container with a <c>WEBP</c> form). <c>null</c> when it is none of
    /// the three or fewer than <see cref="SignatureLength"/> bytes are given.
    /// </summary>
    public static ImageFormat? FromSignature(ReadOnlySpan<byte> head)
    {
        if (head.Length < SignatureLength)
        {
            return null;
        }

        if (head.StartsWith(PngSignature))
        {
            return Png;
        }

        if (head.StartsWith(JpegStartOfImage))
        {
            return Jpeg;
        }

        return head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8) ? WebP : null;
    }

    public override string ToString() => Extension;

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> JpegStartOfImage => [0xFF, 0xD8, 0xFF];
}
