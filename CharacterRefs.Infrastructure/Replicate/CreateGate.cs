using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Lets creates through freely until Replicate refuses one for its rate, then one at a time and none before the time it named. An account with
/// little credit has a burst of one: parallel creates would collide for ever. After a quiet while it opens again. There is one token, so one gate.
/// </summary>
internal sealed class CreateGate(TimeProvider time, ILogger<CreateGate> logger) : IDisposable
{
    /// <summary>How long after the last named time creates stay one at a time.</summary>
    public static readonly TimeSpan QuietTime = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;

    /// <summary>Whether creates go one at a time now.</summary>
    public bool IsSerial => time.GetUtcNow() < NotBefore.Add(QuietTime);

    /// <summary>How long creates must still wait.</summary>
    public TimeSpan Remaining => NotBefore - time.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    private DateTimeOffset NotBefore
    {
        get
        {
            lock (_lock)
            {
                return _notBefore;
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
                await Task.Delay(left, time, cancellationToken);
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
            var until = time.GetUtcNow() + retryAfter;
            _notBefore = until > _notBefore ? until : _notBefore;
        }

        logger.RateLimited(retryAfter.TotalSeconds);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
