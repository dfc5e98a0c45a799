using System.IO.Pipelines;

namespace CharacterRefs.Api.Http;

/// <summary>Passes everything on, without a copy.</summary>
internal abstract class WrappedWriter(PipeWriter inner) : PipeWriter
{
    public sealed override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public sealed override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes) => inner.Advance(bytes);

    public sealed override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public sealed override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(source, cancellationToken);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

    public sealed override void CancelPendingFlush() => inner.CancelPendingFlush();

    public sealed override void Complete(Exception? exception = null) => inner.Complete(exception);

    public sealed override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
}
