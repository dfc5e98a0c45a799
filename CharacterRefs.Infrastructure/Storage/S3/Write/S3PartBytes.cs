using System.Buffers;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>
/// A part in memory: the content is read once, whether it can seek or not, and every attempt sends the bytes that were hashed.
/// </summary>
internal sealed class S3PartBytes
{
    // Not the shared pool, which keeps a buffer of each size for every thread that returned one: with parts of 8 MiB that is hundreds of megabytes.
    private static readonly ArrayPool<byte> s_pool = ArrayPool<byte>.Create(maxArrayLength: 16 << 20, maxArraysPerBucket: 8);

    private readonly byte[] _buffer;
    private readonly ContentHash _sha256;

    private S3PartBytes(byte[] buffer, int length)
    {
        _buffer = buffer;
        Length = length;
        _sha256 = ContentHash.FromDigest(SHA256.HashData(buffer.AsSpan(0, length)));
    }

    /// <summary>Length in bytes.</summary>
    public int Length { get; }

    /// <summary>Reads the next bytes of the body into a pooled buffer, which <see cref="Return"/> releases.</summary>
    /// <exception cref="S3BodyException">The content could not be read, or is not what was announced.</exception>
    public static async Task<S3PartBytes> ReadAsync(S3Body whole, long length, CancellationToken cancellationToken)
    {
        var buffer = s_pool.Rent((int)length);
        await whole.ReadExactlyAsync(buffer.AsMemory(0, (int)length), cancellationToken);
        return new S3PartBytes(buffer, (int)length);
    }

    /// <summary>The part as the body of one request.</summary>
    public Stream Open() => new PartBody(this);

    /// <summary>Releases the buffer. It must not be read afterwards.</summary>
    public void Return() => s_pool.Return(_buffer);

    private sealed class PartBody(S3PartBytes part) : MemoryStream(part._buffer, 0, part.Length, writable: false), ISignedBody
    {
        public ContentHash Sha256 => part._sha256;
    }
}
