using System.IO.Pipelines;

namespace CharacterRefs.Api.Http;

/// <summary>
/// Limits how long a flush waits for the client. The limit does not depend on the size of the flush: the server sends its buffer as a whole, and the kernel's
/// buffers take it in large steps.
/// </summary>
/// <param name="inner">The writer of the connection.</param>
/// <param name="limit">Longest wait.</param>
/// <param name="clock">Measures the wait.</param>
/// <param name="stalled">Called once when the client takes longer; must end the wait.</param>
internal sealed class PacedWriter(PipeWriter inner, TimeSpan limit, TimeProvider clock, Action stalled) : WrappedWriter(inner)
{
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        WatchAsync(base.WriteAsync(source, cancellationToken));

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => WatchAsync(base.FlushAsync(cancellationToken));

    private ValueTask<FlushResult> WatchAsync(ValueTask<FlushResult> flush) => flush.IsCompleted ? flush : WaitAsync(flush);

    private async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flush)
    {
        await using var timer = clock.CreateTimer(static state => ((PacedWriter)state!).Stall(), this, limit, Timeout.InfiniteTimeSpan);
        return await flush;
    }

    private void Stall() => stalled();
}
