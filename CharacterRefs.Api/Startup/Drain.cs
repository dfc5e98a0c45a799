using CharacterRefs.Api.Configuration;

namespace CharacterRefs.Api.Startup;

/// <summary>
/// The time from SIGTERM to the stop, <c>SHUTDOWN_DELAY</c>. Responses close their connections in this time, and no new connections are accepted at its
/// end, so that the stop closes none that a request is on its way on. See decision 0014.
/// </summary>
internal sealed class Drain(ApiOptions options, ListenSockets sockets, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    // For connections that were accepted last: until their first request has arrived.
    private static readonly TimeSpan s_longestEnd = TimeSpan.FromSeconds(1);

    /// <summary>The time without new connections before the stop: the last second of the delay, at most half of it.</summary>
    private TimeSpan End => TimeSpan.FromTicks(Math.Min(s_longestEnd.Ticks, options.ShutdownDelay.Ticks / 2));

    /// <summary>Stops the service when the time is over. Ends early when something else stops it.</summary>
    public async Task RunAsync()
    {
        try
        {
            await Task.Delay(options.ShutdownDelay - End, clock, lifetime.ApplicationStopping);
            var end = Task.Delay(End, clock, lifetime.ApplicationStopping);
            using var limit = new CancellationTokenSource(End, clock);
            await sockets.CloseAsync(limit.Token);
            await end;
        }
        finally
        {
            lifetime.StopApplication();
        }
    }
}
