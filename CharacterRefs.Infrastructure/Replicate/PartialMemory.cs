using System.Buffers;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Bounded memory for the first bytes of outputs.</summary>
internal sealed class PartialMemory
{
    private const int MostBytesEach = 2 * 1024 * 1024;
    private const int MostBytes = 16 * 1024 * 1024;

    private int _rented;

    /// <summary>A buffer for an output; <c>null</c> when it is too long, or others have all the memory.</summary>
    /// <param name="length">Its length in bytes.</param>
    public byte[]? Rent(long length)
    {
        if (length > MostBytesEach)
        {
            return null;
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        if (Interlocked.Add(ref _rented, buffer.Length) <= MostBytes)
        {
            return buffer;
        }

        Return(buffer);
        return null;
    }

    /// <summary>Gives a buffer back.</summary>
    public void Return(byte[] buffer)
    {
        Interlocked.Add(ref _rented, -buffer.Length);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
