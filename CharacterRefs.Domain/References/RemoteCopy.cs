using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Domain.References;

/// <summary>The copy of an image in the store, and the record of getting it there. A pending one is the order to store it.</summary>
public sealed record RemoteCopy
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(5);

    /// <summary>Where it is or will be.</summary>
    public required AssetKey Key { get; init; }

    /// <summary>Where it stands.</summary>
    public RemoteCopyState State { get; init; } = RemoteCopyState.Pending;

    /// <summary>How often storing it was tried in vain.</summary>
    public int Attempts { get; init; }

    /// <summary>Why the last attempt failed; <c>null</c> when none did, or when it is stored.</summary>
    public string? LastError { get; init; }

    /// <summary>When it is tried next, UTC; without meaning once it is stored.</summary>
    public required DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>When it was verified, UTC; <c>null</c> until then.</summary>
    public DateTimeOffset? PersistedAt { get; init; }

    /// <summary>The copy after it was verified.</summary>
    public RemoteCopy Verified(DateTimeOffset now) => this with { State = RemoteCopyState.Persisted, LastError = null, PersistedAt = now };

    /// <summary>The copy after an attempt in vain: the next one is due after a pause that doubles each time, up to five minutes.</summary>
    /// <param name="error">Why.</param>
    /// <param name="now">The time.</param>
    /// <param name="jitter">0 to 1: how much of the second half of the pause is used, so that many copies do not come back at once.</param>
    public RemoteCopy Failed(string error, DateTimeOffset now, double jitter)
    {
        var pause = Math.Min(s_firstPause.TotalSeconds * Math.Pow(2, Math.Min(Attempts, 20)), s_longestPause.TotalSeconds);
        return this with { Attempts = Attempts + 1, LastError = error, NextAttemptAt = now.AddSeconds(pause * (0.5 + (0.5 * jitter))) };
    }
}
