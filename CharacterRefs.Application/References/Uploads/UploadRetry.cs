namespace CharacterRefs.Application.References.Uploads;

/// <summary>When a failed upload is retried: after 1 s, doubled with each failed attempt up to 5 minutes, half of it random.</summary>
public static class UploadRetry
{
    private static readonly TimeSpan s_firstBackoff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestBackoff = TimeSpan.FromMinutes(5);

    /// <summary>Records a failed attempt and schedules the next one.</summary>
    public static RemoteCopy Schedule(RemoteCopy copy, string cause, DateTimeOffset now) =>
        copy.Failed(cause, now + Backoff(copy.Attempts, Random.Shared.NextDouble()));

    /// <param name="failedAttempts">Failed attempts before the one that failed now.</param>
    /// <param name="jitter">0 to 1: the part of the second half that is used, so that uploads that failed together do not retry together.</param>
    public static TimeSpan Backoff(int failedAttempts, double jitter)
    {
        var seconds = Math.Min(s_firstBackoff.TotalSeconds * Math.Pow(2, Math.Min(failedAttempts, 20)), s_longestBackoff.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (0.5 + (0.5 * jitter)));
    }
}
