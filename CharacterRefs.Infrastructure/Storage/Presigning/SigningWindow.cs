namespace CharacterRefs.Infrastructure.Storage.Presigning;

/// <summary>
/// Signing time and lifetime of a URL. The signing time is the start of the current window, counted from 1970, so that every node signs the same URL
/// within it; the window is added to the lifetime, so that the remaining lifetime is never shorter than requested.
/// </summary>
/// <param name="SignedAt">The signing time: a whole second, never later than now, because servers reject a time ahead of theirs.</param>
/// <param name="LifeSeconds">Lifetime in seconds from then on.</param>
/// <remarks>
/// SigV4 allows 604800 s (AWS, "Authenticating Requests: Using Query Parameters", X-Amz-Expires). Where lifetime and window exceed that, the window
/// shrinks: the promised lifetime matters more than a cache hit. With seven days requested the URL changes every second and may expire up to one second
/// early, because SigV4 has whole seconds only.
/// </remarks>
internal readonly record struct SigningWindow(DateTimeOffset SignedAt, int LifeSeconds)
{
    /// <summary>The longest lifetime that SigV4 allows.</summary>
    public const int MaxLifeSeconds = 604_800;

    /// <summary>When the URL expires.</summary>
    public DateTimeOffset ExpiresAt => SignedAt.AddSeconds(LifeSeconds);

    /// <summary>The window that contains a moment.</summary>
    /// <param name="lifetime">The minimum lifetime from now on; fractions of a second are rounded up.</param>
    /// <param name="window">How long URLs stay the same; less than a second counts as one.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime is not from one second to seven days.</exception>
    public static SigningWindow At(DateTimeOffset now, TimeSpan lifetime, TimeSpan window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, TimeSpan.FromSeconds(MaxLifeSeconds));
        var promised = (int)Math.Ceiling(lifetime.TotalSeconds);
        var step = (int)Math.Max(1, Math.Min(window.TotalSeconds, MaxLifeSeconds - promised));
        var second = now.ToUnixTimeSeconds();
        return new SigningWindow(DateTimeOffset.FromUnixTimeSeconds(second - (second % step)), Math.Min(promised + step, MaxLifeSeconds));
    }
}
