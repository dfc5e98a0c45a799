using CharacterRefs.Application.Results;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// A value that is fetched once for all who ask at the same time and is kept for a while. A failure reaches those who were waiting for it, so that an
/// outage does not make them queue, and is not kept. The fetch is cancelled when the last of them gives up.
/// </summary>
internal sealed class Remembered<T>(TimeSpan life, TimeProvider clock)
    where T : class
{
    private readonly Lock _lock = new();
    private (T? Value, DateTimeOffset Until) _kept;
    private Flight? _flight;

    /// <summary>The kept value, or what <paramref name="fetch"/> brings.</summary>
    public async Task<Result<T>> GetAsync(Func<CancellationToken, Task<Result<T>>> fetch, CancellationToken cancellationToken)
    {
        Flight flight;
        lock (_lock)
        {
            if (_kept.Value is { } kept && clock.GetUtcNow() < _kept.Until)
            {
                return kept;
            }

            flight = _flight ??= Start(fetch);
            flight.Waiters++;
        }

        try
        {
            return await flight.Landing.WaitAsync(cancellationToken);
        }
        finally
        {
            if (Leave(flight))
            {
                await flight.Abandoned.CancelAsync();
            }
        }
    }

    private Flight Start(Func<CancellationToken, Task<Result<T>>> fetch)
    {
        var flight = new Flight();
        flight.Landing = Task.Run(() => FlyAsync(flight, fetch), CancellationToken.None);
        return flight;
    }

    private async Task<Result<T>> FlyAsync(Flight flight, Func<CancellationToken, Task<Result<T>>> fetch)
    {
        try
        {
            var fetched = await fetch(flight.Abandoned.Token);
            if (fetched.TryGet(out var value, out _))
            {
                lock (_lock)
                {
                    _kept = (value, life == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : clock.GetUtcNow() + life);
                }
            }

            return fetched;
        }
        finally
        {
            lock (_lock)
            {
                _flight = _flight == flight ? null : _flight;
            }
        }
    }

    /// <summary>Whether nobody waits any more for what is still under way.</summary>
    private bool Leave(Flight flight)
    {
        lock (_lock)
        {
            if (--flight.Waiters > 0 || flight.Landing.IsCompleted)
            {
                return false;
            }

            // Whoever asks from now on must not join a fetch that is being cancelled.
            _flight = _flight == flight ? null : _flight;
            return true;
        }
    }

    private sealed class Flight
    {
        // Without a timer and without a wait handle there is nothing to free, so it is left to the collector.
        public CancellationTokenSource Abandoned { get; } = new();

        public Task<Result<T>> Landing { get; set; } = null!;

        public int Waiters { get; set; }
    }
}
