using CharacterRefs.Application.Streams;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>The data of one chunk from where the file stands. A zlib stream in it that has no end would otherwise be read to the end of the file.</summary>
/// <param name="png">The file.</param>
/// <param name="length">How many bytes the chunk has from there; none when it is negative.</param>
/// <param name="stop">Stops between two reads: data can be long and expand to nothing.</param>
internal sealed class PngChunkData(Stream png, long length, CancellationToken stop) : ReadOnlyStream
{
    private long _rest = Math.Max(length, 0);

    public override int Read(Span<byte> buffer)
    {
        stop.ThrowIfCancellationRequested();
        var read = png.Read(buffer[..(int)Math.Min(buffer.Length, _rest)]);
        _rest -= read;
        return read;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
}
