namespace CharacterRefs.Application.Webhooks;

/// <summary>When a failed webhook is attempted again (standardwebhooks.com, retry schedule): ten attempts within about three days.</summary>
public static class WebhookSchedule
{
    private static readonly TimeSpan[] s_pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10),
        TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    // Spreads messages that failed together; it only adds, so that a pause is never shorter than documented.
    private const double Jitter = 0.1;

    /// <summary>The longest pause that a receiver can request by <c>Retry-After</c>.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(24);

    /// <summary>The pause before the next attempt; <c>null</c> after the last one.</summary>
    /// <param name="attempts">Attempts made, the failed one included.</param>
    /// <param name="retryAfter">The pause that the receiver requested; lengthens a pause and never shortens it.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan? PauseAfter(int attempts, TimeSpan? retryAfter, double random)
    {
        if (attempts > s_pauses.Length)
        {
            return null;
        }

        var pause = s_pauses[attempts - 1] * (1 + (Jitter * random));
        var requested = retryAfter < LongestPause ? retryAfter.Value : retryAfter is null ? TimeSpan.Zero : LongestPause;
        return requested > pause ? requested : pause;
    }
}
