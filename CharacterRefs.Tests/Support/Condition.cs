namespace CharacterRefs.Tests.Support;

/// <summary>Waits for what must come true, however busy the machine is.</summary>
internal static class Condition
{
    /// <summary>Far longer than anything takes on a machine that does ten other things; who waits for so long waits for what never comes.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <exception cref="TaskCanceledException">The limit is over.</exception>
    public static Task UntilAsync(Func<bool> condition, TimeSpan? limit = null) => UntilAsync(() => Task.FromResult(condition()), limit);

    /// <inheritdoc cref="UntilAsync(Func{bool}, TimeSpan?)"/>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? limit = null)
    {
        using var timeout = new CancellationTokenSource(limit ?? Limit);
        while (!await condition())
        {
            await Task.Delay(s_pause, timeout.Token);
        }
    }
}
