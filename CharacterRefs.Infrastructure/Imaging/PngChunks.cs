using System.Buffers.Binary;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// Walks the chunk headers of a PNG (specification 5.3) for what libvips does not report: whether it is animated, and whether its last chunk is complete.
/// </summary>
internal static class PngChunks
{
    private const int SignatureLength = 8;
    private const int HeaderLength = 8;
    private const int ChecksumLength = 4;

    /// <summary>Reads from the start of the stream; the data of the chunks is skipped.</summary>
    public static PngOutline Walk(Stream png, CancellationToken cancellationToken)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        var isAnimated = false;
        var seenImageData = false;
        var position = (long)SignatureLength;
        while (position + HeaderLength + ChecksumLength <= png.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            png.Position = position;
            png.ReadExactly(header);
            var type = header[4..];

            // The animation control chunk is valid only before the image data; readers ignore later ones.
            seenImageData |= type.SequenceEqual("IDAT"u8);
            isAnimated |= !seenImageData && type.SequenceEqual("acTL"u8);
            position += HeaderLength + BinaryPrimitives.ReadUInt32BigEndian(header) + ChecksumLength;
            if (type.SequenceEqual("IEND"u8))
            {
                return new PngOutline(isAnimated, IsComplete: position <= png.Length);
            }
        }

        return new PngOutline(isAnimated, IsComplete: false);
    }
}
