using System.Buffers.Binary;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// Walks the chunks of a WebP (RFC 9649, section 2) up to its second frame. libvips walks each frame of an animation before it reports how many there are:
/// 213 seconds for 228,000 empty ones in 10 MB.
/// </summary>
internal static class WebPChunks
{
    private const int FileHeaderLength = 12;
    private const int HeaderLength = 8;
    private const int DimensionsLength = 10;
    private const int DimensionBits = 0x3FFF;
    private const byte LosslessSignature = 0x2F;

    /// <summary>Reads the headers from the start of the stream; the data of the chunks is skipped.</summary>
    public static Result<ImageOutline> Walk(Stream webp, CancellationToken cancellationToken)
    {
        Span<byte> header = stackalloc byte[FileHeaderLength];
        webp.Position = 0;
        webp.ReadExactly(header);
        var end = HeaderLength + (long)BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        ImageOutline? outline = null;
        var (chunks, frames) = (0, 0);
        for (long position = FileHeaderLength; position + HeaderLength <= Math.Min(end, webp.Length);)
        {
            cancellationToken.ThrowIfCancellationRequested();
            webp.Position = position;
            webp.ReadExactly(header[..HeaderLength]);
            var type = header[..4];
            var length = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            frames += type.SequenceEqual("ANMF"u8) ? 1 : 0;
            if (frames > 1)
            {
                return ImageRejections.Animated;
            }

            if (++chunks > ImageLimits.MaxParts)
            {
                return ImageRejections.TooMany("chunks", ImageLimits.MaxParts);
            }

            outline ??= ReadDimensions(type, webp);
            position += HeaderLength + length + (length & 1);
            if (position - (length & 1) > end)
            {
                return ImageRejections.Undecodable(ImageFormat.WebP);
            }
        }

        if (outline is null)
        {
            return ImageRejections.Undecodable(ImageFormat.WebP);
        }

        return end <= webp.Length ? outline : ImageRejections.BrokenLimit(outline) ?? ImageRejections.Undecodable(ImageFormat.WebP);
    }

    /// <summary>The canvas of an extended file, else the dimensions of its bitstream; <c>null</c> for other chunks. The decoder compares the two.</summary>
    private static ImageOutline? ReadDimensions(ReadOnlySpan<byte> type, Stream webp)
    {
        Span<byte> data = stackalloc byte[DimensionsLength];
        data[webp.ReadAtLeast(data, data.Length, throwOnEndOfStream: false)..].Clear();
        if (type.SequenceEqual("VP8X"u8))
        {
            return Whole(ReadUInt24(data[4..]) + 1, ReadUInt24(data[7..]) + 1);
        }

        if (type.SequenceEqual("VP8L"u8) && data[0] == LosslessSignature)
        {
            var packed = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            return Whole((int)(packed & DimensionBits) + 1, (int)((packed >> 14) & DimensionBits) + 1);
        }

        return type.SequenceEqual("VP8 "u8)
            ? Whole(BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & DimensionBits, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & DimensionBits)
            : null;
    }

    private static ImageOutline Whole(int width, int height) => new(width, height) { IsDecodedWhole = true };

    private static int ReadUInt24(ReadOnlySpan<byte> data) => data[0] | (data[1] << 8) | (data[2] << 16);
}
