using System.Buffers.Binary;
using System.Text;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Tests.Support;

/// <summary>Small files that cost a decoder much, and good files with faults that cost nothing.</summary>
internal static class HostileImages
{
    private const byte HuffmanTable = 0xC4;
    private const byte StartOfScan = 0xDA;

    private static ReadOnlySpan<byte> EndOfImage => [0xFF, 0xD9];

    /// <summary>An animated WebP of one pixel with this many frames of 46 bytes.</summary>
    public static byte[] FrameBomb(int frames)
    {
        var still = TestImages.Solid(ImageFormat.WebP, 1, 1, isLossless: true);
        var bitstream = still[still.AsSpan().IndexOf("VP8L"u8)..];
        byte[] frame = [.. new byte[12], 1, 0, 0, 0, .. bitstream];
        var chunk = WebPChunk("ANMF", frame);
        byte[] head = [.. WebPChunk("VP8X", [2, .. new byte[9]]), .. WebPChunk("ANIM", new byte[6])];
        return WebP([.. head, .. Enumerable.Repeat(chunk, frames).SelectMany(bytes => bytes)]);
    }

    /// <summary>A WebP of one frame with this many chunks that no decoder knows.</summary>
    public static byte[] WebPWithUnknownChunks(int count)
    {
        var still = TestImages.Solid(ImageFormat.WebP, 1, 1, isLossless: true);
        return WebP([.. still[12..], .. Enumerable.Repeat(WebPChunk("none", []), count).SelectMany(bytes => bytes)]);
    }

    /// <summary>A PNG of one frame with this many chunks of a type before its end.</summary>
    public static byte[] PngWithChunks(string type, int count, byte[] data)
    {
        var png = TestImages.Solid(ImageFormat.Png, 8, 8);
        return [.. png[..^12], .. Enumerable.Repeat(TestImages.Chunk(type, data), count).SelectMany(bytes => bytes), .. png[^12..]];
    }

    /// <summary>A WebP whose only chunk announces more bytes than the file has.</summary>
    public static byte[] WebPWithLyingChunk()
    {
        var still = TestImages.Solid(ImageFormat.WebP, 16, 16, isLossless: true);
        BinaryPrimitives.WriteUInt32LittleEndian(still.AsSpan(16), uint.MaxValue - 1);
        return still;
    }

    /// <summary>
    /// A grey progressive JPEG: its scans after the first are 25 bytes and some per 262,000 blocks, each of them a pass over the whole area.
    /// </summary>
    public static byte[] ProgressiveJpeg(int width, int height, int scans)
    {
        var blocks = (width + 7) / 8 * ((height + 7) / 8);
        byte[] frame = [8, .. BigEndian(height), .. BigEndian(width), 1, 1, 0x11, 0];

        // One code of one bit in each table: a zero difference, and the end of the band in 16,384 blocks and as many more as the next 14 bits say.
        byte[] tables = [.. Segment(HuffmanTable, [0, 1, .. new byte[15], 0]), .. Segment(HuffmanTable, [0x10, 1, .. new byte[15], 0xE0])];
        byte[] first = [.. Segment(StartOfScan, [1, 1, 0, 0, 0, 0]), .. Bits(new string('0', blocks))];
        var lastRun = Math.Max(0, (blocks % short.MaxValue) - 16_384);
        var longRuns = string.Concat(Enumerable.Repeat("0" + new string('1', 14), blocks / short.MaxValue));
        var band = Bits(longRuns + "0" + Convert.ToString(lastRun, 2).PadLeft(14, '0'));
        var others = Enumerable.Range(0, scans - 1).SelectMany(scan =>
        {
            var coefficient = (byte)(1 + (scan % 63));
            return (byte[])[.. Segment(StartOfScan, [1, 1, 0, coefficient, coefficient, 0]), .. band];
        });
        byte[] quantization = [0, .. Enumerable.Repeat((byte)1, 64)];
        return [0xFF, 0xD8, .. Segment(0xDB, quantization), .. Segment(0xC2, frame), .. tables, .. first, .. others, .. EndOfImage];
    }

    /// <summary>A JPEG with this many comments.</summary>
    public static byte[] JpegWithComments(int count) =>
        WithSegments(TestImages.Noise(ImageFormat.Jpeg, 32, 32), [.. Enumerable.Repeat(Segment(0xFE, []), count).SelectMany(bytes => bytes)]);

    /// <summary>A lossless JPEG (ITU-T T.81, annex H) of 8 × 8 pixels.</summary>
    public static byte[] LosslessJpeg() => Convert.FromHexString(
        "FFD8FFC3000B080008000801011100FFC4001500010100000000000000000000000000000001FFDA00080101000100000000000000000000FFD9");

    /// <summary>A JPEG whose start-of-frame marker names another coding process.</summary>
    public static byte[] JpegOfProcess(byte marker)
    {
        var jpeg = TestImages.Noise(ImageFormat.Jpeg, 32, 32);
        jpeg[jpeg.AsSpan().IndexOf<byte>([0xFF, 0xC0]) + 1] = marker;
        return jpeg;
    }

    /// <summary>A baseline JPEG with one fault outside of its pixel data.</summary>
    public static byte[] JpegWithHarmlessFault(string fault)
    {
        var jpeg = TestImages.Noise(ImageFormat.Jpeg, 64, 48);
        var scan = jpeg.AsSpan().IndexOf<byte>([0xFF, StartOfScan]);
        switch (fault)
        {
            case "scan without band":
                jpeg[scan + 12] = 0;
                return jpeg;
            case "scan with approximation":
                jpeg[scan + 13] = 0x10;
                return jpeg;
            case "junk between segments":
                return [.. jpeg[..scan], 1, 2, 0xFF, 0, 3, .. jpeg[scan..]];
            case "junk and scan without band":
                jpeg[scan + 12] = 0;
                return [.. jpeg[..scan], 1, 2, 3, .. jpeg[scan..]];
            case "fill bytes":
                return [.. jpeg[..scan], 0xFF, 0xFF, .. jpeg[scan..]];
            case "JFIF version":
                return WithSegments(WithoutJfif(jpeg), Segment(0xE0, [.. "JFIF\0"u8, 9, 9, 0, 0, 1, 0, 1, 0, 0]));
            default:
                return WithSegments(WithoutJfif(jpeg), Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 2]));
        }
    }

    /// <summary>The image with an EXIF segment that has this orientation.</summary>
    public static byte[] JpegWithOrientation(int width, int height, byte orientation)
    {
        byte[] exif = [.. "Exif\0\0"u8, .. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
        return WithSegments(TestImages.Noise(ImageFormat.Jpeg, width, height), Segment(0xE1, exif));
    }

    private static byte[] WithoutJfif(byte[] jpeg) => [.. jpeg[..2], .. jpeg[(4 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(4)))..]];

    private static byte[] WithSegments(byte[] jpeg, byte[] segments) => [.. jpeg[..2], .. segments, .. jpeg[2..]];

    private static byte[] Segment(byte marker, byte[] data) => [0xFF, marker, .. BigEndian(data.Length + 2), .. data];

    private static byte[] BigEndian(int value) => [(byte)(value >> 8), (byte)value];

    // Filled with ones; a byte of ones is followed by a zero.
    private static byte[] Bits(string bits) =>
        [.. bits.Chunk(8).Select(eight => Convert.ToByte(new string(eight).PadRight(8, '1'), 2)).SelectMany(Stuffed)];

    private static byte[] Stuffed(byte value) => value == 0xFF ? [value, 0] : [value];

    private static byte[] WebP(byte[] chunks) => [.. "RIFF"u8, .. LittleEndian(chunks.Length + 4), .. "WEBP"u8, .. chunks];

    private static byte[] WebPChunk(string type, byte[] data) =>
        [.. Encoding.ASCII.GetBytes(type), .. LittleEndian(data.Length), .. data, .. new byte[data.Length & 1]];

    private static byte[] LittleEndian(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
