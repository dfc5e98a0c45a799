using System.Buffers;
using System.IO.Compression;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// Adds up what the compressed texts and the color profile of a PNG expand to (specification 11.3.2 and 11.3.3). The decoder keeps all of it in memory: 64
/// texts of 8 KB that expand to 8 MB each took 2.1 GB and five seconds.
/// </summary>
internal sealed class PngTexts
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Bytes after expansion, so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds a chunk, if it is one of these.</summary>
    /// <param name="type">The four letters of its type.</param>
    /// <param name="png">The file; left anywhere.</param>
    /// <param name="data">Where the data of the chunk begins.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="stop">Stops between two parts of it.</param>
    /// <returns>Why all of them expand to too much; <c>null</c> when they do not.</returns>
    public Error? FindExcess(ReadOnlySpan<byte> type, Stream png, long data, long length, CancellationToken stop)
    {
        var isInternational = type.SequenceEqual("iTXt"u8);
        if (!isInternational && !type.SequenceEqual("zTXt"u8) && !type.SequenceEqual("iCCP"u8))
        {
            return null;
        }

        png.Position = data;
        var isCompressed = SkipText(png) && (isInternational
            ? png.ReadByte() == 1 && png.ReadByte() >= 0 && SkipText(png) && SkipText(png)
            : png.ReadByte() >= 0);
        return isCompressed && !TryExpand(new PngChunkData(png, data + length - png.Position, stop))
            ? ImageRejections.TextsTooLong(ImageLimits.MaxTextBytes)
            : null;
    }

    /// <summary>Reads past a text and the zero that ends it.</summary>
    /// <returns>Whether it ends.</returns>
    private static bool SkipText(Stream png)
    {
        int next;
        do
        {
            next = png.ReadByte();
        }
        while (next > 0);
        return next == 0;
    }

    /// <returns><c>false</c> at the limit.</returns>
    private bool TryExpand(PngChunkData compressed)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var text = new ZLibStream(compressed, CompressionMode.Decompress);
            for (int read; (read = text.Read(buffer)) > 0;)
            {
                Bytes += read;
                if (Bytes > ImageLimits.MaxTextBytes)
                {
                    return false;
                }
            }
        }
        catch (InvalidDataException)
        {
            // The decoder ignores the chunk from here on.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return true;
    }
}
