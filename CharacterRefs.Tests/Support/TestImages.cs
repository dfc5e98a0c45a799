using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Imaging;
using NetVips;

namespace CharacterRefs.Tests.Support;

/// <summary>Bytes of real, broken and hostile images.</summary>
internal static class TestImages
{
    private const int PngHeaderEnd = 33;

    private static readonly Lazy<byte[]> s_noisePng = new(() => Noise(ImageFormat.Png, 640, 640));

    static TestImages() => Libvips.Prepare();

    public static byte[] Svg => "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"u8.ToArray();

    public static byte[] Gif => Convert.FromHexString("47494638396101000100800000FFFFFF00000021F90401000000002C00000000010001000002024401003B");

    public static byte[] Text => "This is a plain text file, renamed to picture.png."u8.ToArray();

    /// <summary>About 1.2 MB, which no encoder can make smaller.</summary>
    public static byte[] NoisePng => s_noisePng.Value;

    /// <summary>One colour.</summary>
    public static byte[] Solid(ImageFormat format, int width, int height, bool isLossless = false)
    {
        using var black = Image.Black(width, height, bands: 3);
        using var image = black.Linear([1.0], [90.0, 140, 200], uchar: true);
        return isLossless && format == ImageFormat.WebP ? image.WebpsaveBuffer(lossless: true, keep: Enums.ForeignKeep.None) : Encode(image, format);
    }

    /// <summary>Every pixel different, so that every byte of the file matters.</summary>
    public static byte[] Noise(ImageFormat format, int width, int height, bool inPasses = false)
    {
        using var red = Image.Gaussnoise(width, height, sigma: 60, mean: 128, seed: 1);
        using var green = Image.Gaussnoise(width, height, sigma: 60, mean: 128, seed: 2);
        using var blue = Image.Gaussnoise(width, height, sigma: 60, mean: 128, seed: 3);
        using var joined = red.Bandjoin(green, blue);
        using var bytes = joined.Cast(Enums.BandFormat.Uchar);
        using var image = bytes.Copy(interpretation: Enums.Interpretation.Srgb);
        return Encode(image, format, inPasses);
    }

    public static byte[] Truncated(byte[] whole, int missing) => whole[..^missing];

    /// <summary>Two frames.</summary>
    public static byte[] AnimatedWebP()
    {
        using var frames = Image.Gaussnoise(16, 32, seed: 4).Cast(Enums.BandFormat.Uchar);
        using var animation = frames.Mutate(image => image.Set(GValue.GIntType, "page-height", 16));
        return animation.WebpsaveBuffer();
    }

    /// <summary>A PNG that announces an animation, as a browser would play it.</summary>
    public static byte[] Apng(byte frames = 2) => WithChunk(Solid(ImageFormat.Png, 16, 16), PngHeaderEnd, "acTL", [0, 0, 0, frames, 0, 0, 0, 0]);

    /// <summary>A PNG that announces one frame and has the data of a second.</summary>
    public static byte[] ApngWithHiddenFrame()
    {
        var png = Apng(frames: 1);
        return WithChunk(png, png.Length - 12, "fdAT", [0, 0, 0, 1]);
    }

    /// <summary>The announcement after the image data, where nothing reads it.</summary>
    public static byte[] PngWithLateAnimationChunk()
    {
        var png = Solid(ImageFormat.Png, 16, 16);
        return WithChunk(png, png.Length - 12, "acTL", [0, 0, 0, 2, 0, 0, 0, 0]);
    }

    /// <summary>A hundred bytes that announce a picture of this size.</summary>
    public static byte[] Bomb(ImageFormat format, int width, int height) => format.Extension switch
    {
        "png" => PngBomb(width, height),
        "jpg" => JpegBomb(width, height),
        _ => WebPBomb(width, height),
    };

    private static byte[] Encode(Image image, ImageFormat format, bool inPasses = false) => format.Extension switch
    {
        "png" => image.PngsaveBuffer(compression: 1, interlace: inPasses),
        "jpg" => image.JpegsaveBuffer(q: 90, interlace: inPasses),
        _ => image.WebpsaveBuffer(q: 90, effort: 0),
    };

    private static byte[] PngBomb(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("IDAT", Compressed(new byte[4096])), .. Chunk("IEND", [])];
    }

    /// <summary>A zlib stream, as short as possible.</summary>
    public static byte[] Compressed(byte[] bytes)
    {
        using var data = new MemoryStream();
        using (var deflate = new ZLibStream(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(bytes);
        }

        return data.ToArray();
    }

    // The start-of-frame segment: FF C0, length, precision, height, width.
    private static byte[] JpegBomb(int width, int height)
    {
        var jpeg = Solid(ImageFormat.Jpeg, 16, 16);
        var frame = jpeg.AsSpan().IndexOf<byte>([0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), (ushort)width);
        return jpeg;
    }

    // The lossless bitstream begins with 14 bits each of width - 1 and height - 1 after its signature byte.
    private static byte[] WebPBomb(int width, int height)
    {
        using var black = Image.Black(16, 16, bands: 3);
        var webp = black.WebpsaveBuffer(lossless: true, keep: Enums.ForeignKeep.None);
        var start = webp.AsSpan().IndexOf("VP8L"u8) + 9;
        BinaryPrimitives.WriteUInt32LittleEndian(webp.AsSpan(start), (uint)(width - 1) | ((uint)(height - 1) << 14));
        return webp;
    }

    private static byte[] WithChunk(byte[] png, int at, string type, byte[] data) => [.. png[..at], .. Chunk(type, data), .. png[at..]];

    /// <summary>A chunk of a PNG, with its checksum.</summary>
    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        var chunk = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 4), Crc32(body));
        return chunk;
    }

    /// <summary>As PNG and zip have it, bit by bit from the definition.</summary>
    public static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
