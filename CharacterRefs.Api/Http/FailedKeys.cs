using System.Diagnostics.Metrics;
using System.Net;
using CharacterRefs.Application.Telemetry;

namespace CharacterRefs.Api.Http;

/// <summary>
/// Counts, logs and delays requests with a wrong API key: after the first ten, their responses come at one a second. Requests with a valid key never wait.
/// </summary>
internal sealed partial class FailedKeys
{
    // A client that still uses an old key.
    private const int Free = 10;

    // More would keep memory for an attacker; they are rejected at once, and each costs a new connection.
    private const int MaxWaiting = 100;

    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _clock;
    private readonly ILogger<FailedKeys> _logger;
    private readonly Counter<long> _count;
    private readonly Lock _lock = new();
    private DateTimeOffset _settledAt;
    private DateTimeOffset _loggedAt;
    private int _unlogged;
    private int _waiting;

    public FailedKeys(IMeterFactory meters, TimeProvider clock, ILogger<FailedKeys> logger)
    {
        (_clock, _logger) = (clock, logger);
        _count = meters.CreateServiceMeter().CreateCounter<long>("characterrefs.rejected_keys", "{request}", "Requests with a wrong API key.");
    }

    /// <summary>Counts a request with a wrong key, and returns when its response is due.</summary>
    public async Task DelayAsync(HttpContext context)
    {
        _count.Add(1);
        var (wait, unlogged) = Take();
        if (unlogged > 0)
        {
            LogRejected(_logger, unlogged, context.Connection.RemoteIpAddress, context.Request.Method, context.Request.Path);
        }

        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _waiting) > MaxWaiting)
            {
                context.Response.Headers.Connection = "close";
                return;
            }

            await Task.Delay(wait, _clock, context.RequestAborted);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <returns>How long the response waits, and how many requests the log line is about; 0 = no line, so that an attack cannot fill the log.</returns>
    private (TimeSpan Wait, int Unlogged) Take()
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            _settledAt = Max(_settledAt, now) + s_pace;
            var wait = _settledAt - now - (Free * s_pace);
            if (wait > s_longest)
            {
                (wait, _settledAt) = (s_longest, now + s_longest + (Free * s_pace));
            }

            _unlogged++;
            if (wait > TimeSpan.Zero && now - _loggedAt < s_pace)
            {
                return (wait, 0);
            }

            (var unlogged, _unlogged, _loggedAt) = (_unlogged, 0, now);
            return (wait, unlogged);
        }
    }

    private static DateTimeOffset Max(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    [LoggerMessage(312, LogLevel.Warning, "Rejected {Count} requests with a wrong API key; the latest from {Address}: {Method} {Path}")]
    private static partial void LogRejected(ILogger logger, int count, IPAddress? address, string method, string path);
}
