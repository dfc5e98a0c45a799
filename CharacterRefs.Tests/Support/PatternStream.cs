using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Tests.Support;

/// <summary>
/// Any number of bytes without keeping them, as from a socket: it cannot seek. It may do something when a position is reached, and begin later.
/// </summary>
internal sealed class PatternStream(long length, long interruptAt = long.MaxValue, Action? interruption = null, long start = 0) : Stream
{
    private long _position = start;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The same bytes as content to be stored.</summary>
    public static AssetContent Content(long length, string mediaType = "video/mp4")
    {
        using var bytes = new PatternStream(length);
        return new AssetContent(
            length, mediaType, ContentHash.FromDigest(SHA256.HashData(bytes)), _ => ValueTask.FromResult<Stream>(new PatternStream(length)));
    }

    public override int Read(Span<byte> buffer)
    {
        if (_position >= interruptAt)
        {
            interruption!();
        }

        var count = (int)Math.Min(Math.Min(buffer.Length, 64 * 1024), length - _position);
        for (var i = 0; i < count; i++)
        {
            var at = _position + i;
            buffer[i] = (byte)((at * 31) + (at >> 8) + (at >> 16));
        }

        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var read = Read(buffer.Span);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(read);
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
