using System.Buffers;
using System.Numerics;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Bounded memory for the first bytes of outputs.</summary>
internal sealed class PartialMemory
{
    private const int MostBytesEach = 2 * 1024 * 1024;
    private const int LeastBytesEach = 4096;
    private const int MostBytes = 8 * 1024 * 1024; // as a generation of four images needs

    // Of its own: of the shared pool most requests got new arrays, large objects that cause full collections.
    private readonly ArrayPool<byte> _pool = ArrayPool<byte>.Create(MostBytesEach, MostBytes / MostBytesEach);
    private int _rented;

    /// <summary>A buffer for an output; <c>null</c> when it is too long, or others have all the memory.</summary>
    /// <param name="length">Its length in bytes.</param>
    public byte[]? Rent(long length)
    {
        if (length > MostBytesEach)
        {
            return null;
        }

        // Counted first: a buffer that is rented and not used would stay in the pool.
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, LeastBytesEach));
        if (Interlocked.Add(ref _rented, size) <= MostBytes)
        {
            // A longer one, when the pool has none of this length.
            var buffer = _pool.Rent(size);
            if (Interlocked.Add(ref _rented, buffer.Length - size) <= MostBytes)
            {
                return buffer;
            }

            Return(buffer);
            return null;
        }

        Interlocked.Add(ref _rented, -size);
        return null;
    }

    /// <summary>Gives a buffer back.</summary>
    public void Return(byte[] buffer)
    {
        Interlocked.Add(ref _rented, -buffer.Length);
        _pool.Return(buffer);
    }
}
