using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Streams;

namespace CharacterRefs.Infrastructure.Storage.Assets;

/// <summary>
/// The bytes of an asset on their way out: exactly as many as were announced, each read within a time limit, and with failures told in the port's own
/// words. A store that ends the bytes early has failed; a reader must not take a part for the whole.
/// </summary>
/// <param name="inner">Where the bytes come from; disposed with this.</param>
/// <param name="length">How many bytes there are.</param>
/// <param name="idleLimit">How long one read may wait; infinite for a disk.</param>
/// <param name="translate">The port's exception for a failed read; <c>null</c> for what is not the store's failure.</param>
/// <param name="owner">What else ends with the reading.</param>
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

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(idleLimit);
        try
        {
            return Advance(await inner.ReadAsync(wanted, patience.Token));
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw translate(new TimeoutException("No bytes came in time.", error)) ?? (Exception)error;
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
        return read > 0 ? read : throw new EndOfStreamException($"The bytes ended after {_position} of {length}.");
    }
}
