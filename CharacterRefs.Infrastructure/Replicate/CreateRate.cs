using System.Text.Json.Serialization;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// The learned limit of Replicate on creates, and the rules that change it: a token bucket whose rate and size are learned from rejected creates (429).
/// Without a rate creates are not paced. Each rule is a pure function of this record, an event and the time, so the record can be stored and shared.
/// </summary>
internal sealed record CreateRate
{
    /// <summary>Creates per second that Replicate documents (replicate.com, rate limits: 600 a minute).</summary>
    public const double Documented = 10;

    private const double DecreaseFromFree = 0.9;
    private const double DecreaseUnmeasured = 0.7;
    private const double DecreaseMeasured = 0.95;

    // The step is small, so that at 6 a minute the limit is hardly passed, and doubles, so that an account that was topped up recovers.
    private const double Step = 0.003;
    private const int StepDoublesAfter = 20;

    // A slow API accepts many creates before it rejects the first that was too many: each may raise the rate by so much of it.
    private const double LargestStep = 0.02;

    // Without an end it would be free while hundreds wait, who would all be sent and rejected at once.
    private const double Highest = 10 * Documented;

    // Below the tightest documented limit (6 per minute) the pauses that Replicate names do the rest.
    private const double Lowest = 1.0 / 60;

    /// <summary>Time without a rejection and without waiting creates after which creates are no longer paced.</summary>
    public static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(10);

    // Replicate rounds retry_after up to whole seconds: on average half a second too late, during which tokens can be lost.
    private static readonly TimeSpan s_rounding = TimeSpan.FromSeconds(0.5);

    /// <summary>The state at the start: nothing was rejected yet.</summary>
    public static CreateRate Free { get; } = new();

    /// <summary>Creates per second; <c>null</c> while creates are not paced.</summary>
    public double? Rate { get; init; }

    /// <summary>Creates that may be sent at once after a pause. Learned from the creates that were accepted before the first rejection.</summary>
    public double Burst { get; init; } = 1;

    /// <summary>Nothing is sent before this time.</summary>
    public DateTimeOffset BlockedUntil { get; init; }

    /// <summary>Only the rejection of a create that was sent later decreases the rate again.</summary>
    public DateTimeOffset DecreasedAt { get; init; }

    /// <summary>The rate after the last decrease; the step is a part of it.</summary>
    public double Base { get; init; }

    /// <summary>Creates accepted since the last decrease.</summary>
    public int Accepted { get; init; }

    /// <summary>Creates sent since the last decrease.</summary>
    public int Sent { get; init; }

    /// <summary>Since the last decrease creates were waiting at all times, so that <see cref="Sent"/> measures Replicate's rate and not our demand.</summary>
    public bool IsMeasured { get; init; }

    /// <summary>The last decrease was the first one: the rejections that follow it still correct <see cref="Burst"/>.</summary>
    public bool IsFirstDecrease { get; init; }

    /// <summary>Tokens taken out of the bucket at <see cref="LevelAt"/>.</summary>
    public double Level { get; init; }

    /// <summary>The time of <see cref="Level"/>.</summary>
    public DateTimeOffset LevelAt { get; init; }

    /// <summary>The last time at which a create was rejected.</summary>
    [JsonPropertyName("RefusedAt")] // as in the catalogs that exist
    public DateTimeOffset RejectedAt { get; init; }

    /// <summary>The last time at which a create had to wait.</summary>
    public DateTimeOffset WaitedAt { get; init; }

    /// <summary>When the next create may be sent; in the past when it need not wait.</summary>
    public DateTimeOffset NextAt(DateTimeOffset now)
    {
        if (Rate is not { } rate || IsQuiet(now))
        {
            return DateTimeOffset.MinValue;
        }

        var paced = LevelAt + TimeSpan.FromSeconds(Math.Max(0, Level - (Burst - 1)) / rate);
        return paced > BlockedUntil ? paced : BlockedUntil;
    }

    /// <summary>A create is sent.</summary>
    /// <param name="hasWaited">It, or another before it, had to wait for the limit.</param>
    /// <param name="now">The time of sending.</param>
    public CreateRate Send(bool hasWaited, DateTimeOffset now)
    {
        var state = Rate is not null && IsQuiet(now) ? Free : this;
        var idle = now - state.NextAt(now);
        return state with
        {
            Level = state.LevelOf(now) + 1,
            LevelAt = now > state.LevelAt ? now : state.LevelAt,
            Sent = state.Sent + 1,
            IsMeasured = state.IsMeasured && idle.TotalSeconds * state.Rate < 0.5,
            WaitedAt = hasWaited ? now : state.WaitedAt,
        };
    }

    /// <summary>Replicate accepted a create.</summary>
    public CreateRate Accept(DateTimeOffset sentAt)
    {
        if (Rate is not { } rate || sentAt <= DecreasedAt)
        {
            return this;
        }

        var step = Math.Min(Base * Step * Math.Pow(2, Accepted / StepDoublesAfter), rate * LargestStep);
        return this with { Rate = Math.Min(rate + step, Highest), Accepted = Accepted + 1 };
    }

    /// <summary>Replicate rejected a create for its rate.</summary>
    public CreateRate Reject(DateTimeOffset sentAt, TimeSpan retryAfter, DateTimeOffset now)
    {
        var pause = retryAfter < s_shortestPause ? s_shortestPause : retryAfter > RetryAdvice.Longest ? RetryAdvice.Longest : retryAfter;
        var until = now + pause > BlockedUntil ? now + pause : BlockedUntil;
        var state = Rate is null || sentAt > DecreasedAt ? Decrease(pause, now)
            : IsFirstDecrease ? this with { Burst = Math.Max(1, Burst - 1 - (Seconds(now - RejectedAt) * Documented)) }
            : this;

        // The bucket is empty now, and has at least one token at the time that was named.
        var refilled = Math.Clamp(state.Rate!.Value * Seconds(until - now), 1, state.Burst);
        return state with { BlockedUntil = until, RejectedAt = now, Level = state.Burst - refilled, LevelAt = until };
    }

    private CreateRate Decrease(TimeSpan pause, DateTimeOffset now)
    {
        var burst = Rate is null ? Math.Max(1, LevelOf(now) - 1) : 1;
        var rate = Rate switch
        {
            null => Documented * DecreaseFromFree,

            // The bucket is smaller than assumed; that says nothing of its rate.
            { } known when Burst > 1 => known,
            { } known => Math.Max(Lowest, Measure(pause, now) is { } measured ? Math.Min(known, measured) * DecreaseMeasured : known * DecreaseUnmeasured),
        };
        return this with
        {
            Rate = rate,
            Base = rate,
            Burst = burst,
            DecreasedAt = now,
            Accepted = 0,
            Sent = 0,
            IsMeasured = true,
            IsFirstDecrease = Rate is null,
        };
    }

    /// <summary>
    /// The bucket had one token at the end of the last block and has one again at the end of this: it gave as many tokens as it gained.
    /// <c>null</c> when none was accepted, or demand was lower than the limit.
    /// </summary>
    private double? Measure(TimeSpan pause, DateTimeOffset now)
    {
        var isRounded = pause.Ticks % TimeSpan.TicksPerSecond == 0;
        var length = Seconds(now + pause - (isRounded ? s_rounding : TimeSpan.Zero) - BlockedUntil);
        return IsMeasured && Sent > 1 && length > 0 ? (Sent - 1) / length : null;
    }

    private double LevelOf(DateTimeOffset now) => Math.Max(0, Level - (Seconds(now - LevelAt) * (Rate ?? Documented)));

    private bool IsQuiet(DateTimeOffset now)
    {
        var last = WaitedAt > BlockedUntil ? WaitedAt : BlockedUntil;

        // A time that is further ahead than any pause means that the clock was set back.
        return now - last >= QuietTime || last - now > RetryAdvice.Longest;
    }

    private static double Seconds(TimeSpan span) => Math.Max(0, span.TotalSeconds);
}
