using System.Buffers.Binary;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// Walks the chunk headers of a PNG (specification 5.3): its dimensions, whether it is interlaced or animated, and whether its last chunk is complete.
/// </summary>
internal static class PngChunks
{
    private const int SignatureLength = 8;
    private const int HeaderLength = 8;
    private const int ChecksumLength = 4;
    private const int ImageHeaderLength = 13;

    /// <summary>Reads the headers from the start of the stream; of the data only compressed texts are read.</summary>
    public static Result<ImageOutline> Walk(Stream png, CancellationToken cancellationToken)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        ImageOutline? outline = null;
        var animation = new PngAnimation();
        var counts = new PngChunkCounts();
        var texts = new PngTexts();
        var (position, end) = ((long)SignatureLength, png.Length); // a system call, and there is a chunk each few kilobytes
        while (position + HeaderLength + ChecksumLength <= end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            png.Position = position;
            png.ReadExactly(header);
            var length = BinaryPrimitives.ReadUInt32BigEndian(header);
            var type = header[4..];
            outline ??= type.SequenceEqual("IHDR"u8) && length == ImageHeaderLength ? ReadImageHeader(png) : null;
            if (outline is null)
            {
                break;
            }

            animation.Read(type, png);
            if (animation.HasMoreThanOneFrame)
            {
                return ImageRejections.Animated;
            }

            if (counts.FindExcess(type) is { } excess)
            {
                return excess;
            }

            if (texts.FindExcess(type, png, position + HeaderLength, length, cancellationToken) is { } tooLong)
            {
                return tooLong;
            }

            position += HeaderLength + length + ChecksumLength;
            if (type.SequenceEqual("IEND"u8))
            {
                return position <= end ? outline with { TextBytes = texts.Bytes } : ImageRejections.Undecodable(ImageFormat.Png);
            }
        }

        // Limits are named although the file is incomplete.
        return (outline is null ? null : ImageRejections.BrokenLimit(outline)) ?? ImageRejections.Undecodable(ImageFormat.Png);
    }

    private static ImageOutline? ReadImageHeader(Stream png)
    {
        Span<byte> data = stackalloc byte[ImageHeaderLength];
        if (png.ReadAtLeast(data, ImageHeaderLength, throwOnEndOfStream: false) < ImageHeaderLength)
        {
            return null;
        }

        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
        var isInterlaced = data[12] != 0;
        var samples = data[9] switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        return width is 0 or > int.MaxValue || height is 0 or > int.MaxValue
            ? null
            : new ImageOutline((int)width, (int)height)
            {
                IsInPasses = isInterlaced,
                IsDecodedWhole = isInterlaced,
                PngRowBytes = isInterlaced ? null : (((long)width * samples * data[8]) + 7) / 8,
            };
    }
}
