using CharacterRefs.Application.Streams;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>A JPEG with its repairs, for the decoder; the file is not changed. Read forward only.</summary>
/// <param name="jpeg">The file, which is disposed with this stream.</param>
/// <param name="repairs">In the order of their offsets, without overlaps.</param>
internal sealed class RepairedJpeg(Stream jpeg, IReadOnlyList<JpegRepair> repairs) : ReadOnlyStream
{
    private int _next;
    private int _replaced;

    protected override IDisposable Owned => jpeg;

    public override int Read(Span<byte> buffer)
    {
        while (_next < repairs.Count && jpeg.Position == repairs[_next].Offset)
        {
            var replacement = repairs[_next].Replacement.Span[_replaced..];
            if (replacement.Length > 0)
            {
                var part = replacement[..Math.Min(replacement.Length, buffer.Length)];
                part.CopyTo(buffer);
                _replaced += part.Length;
                return part.Length;
            }

            jpeg.Position += repairs[_next].Length;
            (_next, _replaced) = (_next + 1, 0);
        }

        var untilNext = _next < repairs.Count ? repairs[_next].Offset - jpeg.Position : long.MaxValue;
        return jpeg.Read(buffer[..(int)Math.Min(buffer.Length, untilNext)]);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
}
