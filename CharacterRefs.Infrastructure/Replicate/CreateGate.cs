using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Lets creates through freely until Replicate refuses one for its rate, then one at a time and none before the time it named. An account with
/// little credit has a burst of one: parallel creates would collide for ever. For the same reason each create that is taken keeps the next one back
/// as long as the last refusal did. After a while without a refusal it opens again. There is one token, so one gate.
/// </summary>
internal sealed class CreateGate(TimeProvider clock, ILogger<CreateGate> logger) : IDisposable
{
    /// <summary>How long after the last named time creates stay one at a time.</summary>
    public static readonly TimeSpan QuietTime = TimeSpan.FromMinutes(2);

    // The tightest limit that is documented is 6 per minute; a longer pause that was named once is no interval (replicate.com, rate limits).
    private static readonly TimeSpan s_longestInterval = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    private DateTimeOffset _serialUntil = DateTimeOffset.MinValue;
    private TimeSpan _interval;

    /// <summary>Whether creates go one at a time now.</summary>
    public bool IsSerial
    {
        get
        {
            lock (_lock)
            {
                return clock.GetUtcNow() < _serialUntil;
            }
        }
    }

    /// <summary>How long creates must still wait.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (_lock)
            {
                return _notBefore - clock.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Waits until a create may be sent. Dispose what comes back as soon as it is answered.</summary>
    public async Task<CreateTurn> EnterAsync(CancellationToken cancellationToken)
    {
        if (!IsSerial)
        {
            return new CreateTurn(null);
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            while (Remaining is { Ticks: > 0 } left)
            {
                await Task.Delay(left, clock, cancellationToken);
            }

            return new CreateTurn(_turn);
        }
        catch
        {
            _turn.Release();
            throw;
        }
    }

    /// <summary>Replicate refused a create for its rate.</summary>
    public void Refused(TimeSpan retryAfter)
    {
        lock (_lock)
        {
            HoldBack(retryAfter);
            _serialUntil = _notBefore + QuietTime;
            _interval = retryAfter < s_longestInterval ? retryAfter : s_longestInterval;
        }

        logger.RateLimited(retryAfter.TotalSeconds);
    }

    /// <summary>Replicate took a create that had its turn alone.</summary>
    public void Taken()
    {
        lock (_lock)
        {
            HoldBack(_interval);
        }
    }

    private void HoldBack(TimeSpan pause)
    {
        var until = clock.GetUtcNow() + pause;
        _notBefore = until > _notBefore ? until : _notBefore;
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
