namespace CharacterRefs.Infrastructure.Storage.Presigning;

/// <summary>
/// When a URL counts as signed and when it ends. The signing time is the beginning of the current window, counted from 1970, so that every node
/// signs alike within it; the window is added to the life, so that what remains is never less than was asked.
/// </summary>
/// <param name="SignedAt">The signing time: a whole second, never later than now, because servers refuse times ahead of theirs as not yet valid.</param>
/// <param name="LifeSeconds">Seconds from then to the end.</param>
/// <remarks>
/// SigV4 allows 604800 s from signing time to end (AWS, "Authenticating Requests: Using Query Parameters", X-Amz-Expires). Where life and window
/// exceed that, the window shrinks: what the caller was promised counts more than a cache hit. With seven days asked nothing is left for a window:
/// the URL changes every second and, whole seconds being all there is, may end up to one second short of the seven days.
/// </remarks>
internal readonly record struct SigningWindow(DateTimeOffset SignedAt, int LifeSeconds)
{
    /// <summary>The longest life that SigV4 allows.</summary>
    public const int MaxLifeSeconds = 604_800;

    /// <summary>The exact end.</summary>
    public DateTimeOffset ExpiresAt => SignedAt.AddSeconds(LifeSeconds);

    /// <summary>The window that holds a moment.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="lifetime">What must remain of the URL's life now; parts of a second are rounded up.</param>
    /// <param name="window">How long URLs are to stay the same; less than a second counts as one.</param>
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
