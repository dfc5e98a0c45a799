using System.Buffers;
using System.IO.Hashing;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>Computes both hashes in one pass. While one buffer is hashed the next is read, so that disk and processor work at the same time.</summary>
internal sealed class ContentDigester : IContentDigester
{
    private const int BufferBytes = 256 * 1024;

    public async Task<ContentDigest> DigestAsync(Stream content, CancellationToken cancellationToken)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var crc32 = new Crc32();
        var size = 0L;
        var current = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var next = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var read = await content.ReadAsync(current.AsMemory(0, BufferBytes), cancellationToken);
            while (read > 0)
            {
                var reading = content.ReadAsync(next.AsMemory(0, BufferBytes), cancellationToken);
                sha256.AppendData(current, 0, read);
                crc32.Append(current.AsSpan(0, read));
                size += read;
                read = await reading; // before the buffers are returned to the pool
                (current, next) = (next, current);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(current);
            ArrayPool<byte>.Shared.Return(next);
        }

        return new ContentDigest(size, ContentHash.FromDigest(sha256.GetHashAndReset()), crc32.GetCurrentHashAsUInt32());
    }
}
