using CharacterRefs.Application.Streams;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Content that reports how many bytes of it were read.</summary>
/// <param name="inner">The content; disposed with this.</param>
/// <param name="reached">Receives the total number of bytes that were read, after every read.</param>
internal sealed class WatchedStream(Stream inner, Action<long> reached) : ReadOnlyStream
{
    private long _read;

    protected override IDisposable Owned => inner;

    public override int Read(Span<byte> buffer) => Count(inner.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken));

    private int Count(int read)
    {
        _read += read;
        reached(_read);
        return read;
    }
}
