using System.Buffers;
using System.IO.Compression;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// Verifies the pixel data of a PNG that is not interlaced as a decoder does (specification 9 and 10), without computing the pixels: every row is inflated and
/// has a legal filter, and the checksums are those of the data. Half the work of libvips, and no file that it would reject passes.
/// </summary>
internal static class PngPixels
{
    private const int BufferBytes = 64 * 1024;
    private const byte HighestFilter = 4;

    /// <summary>Whether the data has every row of the image, undamaged. What follows the last row is ignored.</summary>
    /// <param name="png">The file, from its start; it is read once.</param>
    /// <param name="rowBytes">Length of a row, without its filter.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="stop">Stops between two parts of the data.</param>
    public static bool AreComplete(Stream png, long rowBytes, int rows, CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var data = new PngImageData(png, stop);
            using var pixels = new ZLibStream(data, CompressionMode.Decompress);
            var (length, nextFilter) = ((rowBytes + 1) * rows, 0L);
            for (long position = 0; position < length;)
            {
                stop.ThrowIfCancellationRequested();
                var read = pixels.Read(buffer, 0, (int)Math.Min(buffer.Length, length - position));
                for (; nextFilter < position + read; nextFilter += rowBytes + 1)
                {
                    if (buffer[nextFilter - position] > HighestFilter)
                    {
                        return false;
                    }
                }

                if (read == 0)
                {
                    return false;
                }

                position += read;
            }

            // A checksum follows the last byte, unless there is more data than pixels.
            _ = pixels.Read(buffer, 0, 1);
            if (data.WasTooShort)
            {
                return false;
            }

            data.CompleteChunk();
            return true;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
