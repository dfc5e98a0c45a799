namespace CharacterRefs.Infrastructure.Catalog.Postgres;

/// <summary>
/// The time of day of the database that nodes share, so that they agree on what is due, what has expired and what was first. It is counted on from the last
/// measurement by a monotonic clock, so that a step of this machine's time of day changes nothing. Timers and durations are those of this machine.
/// </summary>
/// <param name="clock">The clock of this machine, whose time of day counts until the database has reported its own.</param>
internal sealed class DatabaseTime(TimeProvider clock) : TimeProvider
{
    private volatile Measurement _last = new(clock.GetUtcNow(), clock.GetTimestamp());

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override long TimestampFrequency => clock.TimestampFrequency;

    /// <summary>How far the database was ahead of this machine at the last change; negative when it was behind.</summary>
    public TimeSpan Offset { get; private set; }

    public override DateTimeOffset GetUtcNow()
    {
        var last = _last;
        return last.Time + clock.GetElapsedTime(last.Timestamp);
    }

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);

    /// <summary>Follows the clock of the database.</summary>
    /// <param name="reported">What the database read from its clock.</param>
    /// <param name="roundTrip">How long its response, which has just arrived, took. A smaller difference may be none and changes nothing.</param>
    /// <returns>Whether the offset changed.</returns>
    public bool Follow(DateTimeOffset reported, TimeSpan roundTrip)
    {
        var now = reported + roundTrip / 2; // the middle is the best estimate of when the database read it
        if ((now - GetUtcNow()).Duration() > roundTrip)
        {
            _last = new Measurement(now, clock.GetTimestamp());
        }

        var offset = now - clock.GetUtcNow();
        if ((offset - Offset).Duration() <= roundTrip)
        {
            return false;
        }

        Offset = offset;
        return true;
    }

    private sealed record Measurement(DateTimeOffset Time, long Timestamp);
}
