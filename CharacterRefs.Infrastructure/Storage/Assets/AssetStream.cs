using CharacterRefs.Application.Streams;

namespace CharacterRefs.Infrastructure.Storage.Assets;

/// <summary>
/// The bytes of an asset: exactly as many as announced, with a time limit for each read and failures as the port's exception. A source that ends early is
/// a failure, so that no reader takes a part for the whole.
/// </summary>
/// <param name="inner">The source; disposed with this.</param>
/// <param name="length">How many bytes there are.</param>
/// <param name="idleLimit">Time limit of one asynchronous read; infinite for a disk.</param>
/// <param name="translate">The port's exception for a failed read; <c>null</c> for one that is not the store's.</param>
/// <param name="owner">Disposed after the source.</param>
internal sealed class AssetStream(
    Stream inner, long length, TimeSpan idleLimit, Func<Exception, AssetStoreUnavailableException?> translate, IDisposable? owner = null) : ReadOnlyStream
{
    private long _position;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    protected override IDisposable Owned => inner;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = buffer[..Wanted(buffer.Length)];
        if (wanted.Length == 0)
        {
            return 0;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(idleLimit);
        try
        {
            return Advance(await inner.ReadAsync(wanted, timeout.Token));
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw translate(new TimeoutException("No bytes arrived in time.", error)) ?? (Exception)error;
        }
        catch (Exception error) when (translate(error) is { } translated)
        {
            throw translated;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var wanted = buffer[..Wanted(buffer.Length)];
            return wanted.Length == 0 ? 0 : Advance(inner.Read(wanted));
        }
        catch (Exception error) when (translate(error) is { } translated)
        {
            throw translated;
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            owner?.Dispose();
        }
    }

    private int Wanted(int room) => (int)Math.Min(room, length - _position);

    private int Advance(int read)
    {
        _position += read;
        return read > 0 ? read : throw new EndOfStreamException($"The asset ended after {_position} of {length} bytes.");
    }
}
