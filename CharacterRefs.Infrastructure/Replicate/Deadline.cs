namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>The time one prediction, or one other call with all its attempts, may take; ended earlier when the caller gives up.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _length;
    private readonly long _start;
    private readonly CancellationTokenSource _expiry;
    private readonly CancellationTokenSource _either;

    public Deadline(TimeSpan length, TimeProvider time, CancellationToken caller)
    {
        (_time, _length, Caller) = (time, length, caller);
        _start = time.GetTimestamp();
        _expiry = new CancellationTokenSource(length, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_expiry.Token, caller);
    }

    /// <summary>The caller's own token.</summary>
    public CancellationToken Caller { get; }

    /// <summary>Cancelled by the deadline or by the caller.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>What has passed since the start.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_start);

    /// <summary>What is left; never negative.</summary>
    public TimeSpan Remaining => Elapsed < _length ? _length - Elapsed : TimeSpan.Zero;

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _expiry.Dispose();
    }
}
