namespace CharacterRefs.Application.Streams;

/// <summary>
/// Base of the streams that are only read. A subclass overrides <see cref="ReadAsync(Memory{byte}, CancellationToken)"/>, and <see cref="Read(Span{byte})"/>
/// where its source can be read synchronously. It is read forward only, unless a subclass overrides the members on position.
/// </summary>
public abstract class ReadOnlyStream : Stream
{
    public sealed override bool CanRead => true;

    public override bool CanSeek => false;

    public sealed override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The source, disposed with this stream; <c>null</c> when there is none.</summary>
    protected virtual IDisposable? Owned => null;

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public sealed override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer) => throw new NotSupportedException("This stream can only be read asynchronously.");

    public sealed override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();

    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Does nothing: there is nothing to write.</summary>
    public sealed override void Flush()
    {
    }

    public override async ValueTask DisposeAsync()
    {
        if (Owned is IAsyncDisposable owned)
        {
            await owned.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Owned?.Dispose();
        }

        base.Dispose(disposing);
    }
}
