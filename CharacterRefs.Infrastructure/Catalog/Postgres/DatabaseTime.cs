namespace CharacterRefs.Infrastructure.Catalog.Postgres;

/// <summary>
/// The time of day of the database that nodes share, so that they agree on what is due, what has expired and what was first. Timers and durations are those
/// of this machine.
/// </summary>
/// <param name="clock">The clock of this machine, in use as it is until the database has reported its time.</param>
internal sealed class DatabaseTime(TimeProvider clock) : TimeProvider
{
    private long _offsetTicks;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override long TimestampFrequency => clock.TimestampFrequency;

    /// <summary>How far the database is ahead of this machine; negative when it is behind.</summary>
    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + Offset;

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);

    /// <summary>Follows the clock of the database.</summary>
    /// <param name="reported">What the database read from its clock.</param>
    /// <param name="roundTrip">How long its response, which has just arrived, took. A smaller difference may be none and changes nothing.</param>
    /// <returns>Whether the offset changed.</returns>
    public bool Follow(DateTimeOffset reported, TimeSpan roundTrip)
    {
        var difference = reported - (GetUtcNow() - roundTrip / 2); // the middle is the best estimate of when the database read it
        if (difference.Duration() <= roundTrip)
        {
            return false;
        }

        Interlocked.Add(ref _offsetTicks, difference.Ticks);
        return true;
    }
}
