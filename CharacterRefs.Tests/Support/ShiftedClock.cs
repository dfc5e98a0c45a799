namespace CharacterRefs.Tests.Support;

/// <summary>
/// The system's clock with an offset that a test can change: what is due in half a minute is due at once, and no timer runs faster than real.
/// </summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _offsetTicks;

    /// <summary>Added to the time of day; negative for a clock that is behind.</summary>
    public TimeSpan Offset
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));
        set => Interlocked.Exchange(ref _offsetTicks, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
}
