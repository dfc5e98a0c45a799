using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Support;

/// <summary>Waits for what must come true, however busy the machine is.</summary>
internal static class Condition
{
    /// <summary>Far longer than anything takes on a machine that does ten other things; who waits for so long waits for what never comes.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    // Most of what tests wait for comes at once; what does not is not hurried by more requests.
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan s_step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_pauseOfSteps = TimeSpan.FromMilliseconds(5);

    /// <exception cref="TimeoutException">The limit is over.</exception>
    public static Task UntilAsync(Func<bool> condition, TimeSpan? limit = null, Func<string>? describe = null) =>
        UntilAsync(() => Task.FromResult(condition()), limit, describe);

    /// <inheritdoc cref="UntilAsync(Func{bool}, TimeSpan?, Func{string}?)"/>
    /// <param name="condition">What must come true.</param>
    /// <param name="limit">How long it may take; <see cref="Limit"/> without one.</param>
    /// <param name="describe">What the failure says besides, such as a log.</param>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? limit = null, Func<string>? describe = null)
    {
        using var timeout = new CancellationTokenSource(limit ?? Limit);
        for (var pause = s_shortestPause; !await condition(); pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            if (timeout.IsCancellationRequested)
            {
                throw new TimeoutException($"It did not come true within {limit ?? Limit}. {describe?.Invoke()}");
            }

            await Task.Delay(pause, CancellationToken.None);
        }
    }

    /// <summary>Waits for the end of a task with timers on this clock, which moves on by a second at a time and leaves the threads a moment between.</summary>
    /// <exception cref="TimeoutException">The limit is over.</exception>
    public static async Task AdvanceUntilAsync(FakeTimeProvider clock, Task end)
    {
        using var timeout = new CancellationTokenSource(Limit);
        while (!end.IsCompleted)
        {
            if (timeout.IsCancellationRequested)
            {
                throw new TimeoutException($"The task did not end within {Limit}.");
            }

            clock.Advance(s_step);
            await Task.WhenAny(end, Task.Delay(s_pauseOfSteps, CancellationToken.None));
        }

        await end;
    }
}
