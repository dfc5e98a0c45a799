namespace CharacterRefs.Application.Concurrency;

/// <summary>
/// Runs work once for all callers that want its result at the same time, by key. Nothing is kept: a caller that comes after the end starts it anew. The
/// work starts on the first caller's thread.
/// </summary>
/// <param name="isAbandonable">Whether the work is canceled when its last caller leaves; otherwise it runs to its end.</param>
public sealed class SingleFlight<TKey, TResult>(bool isAbandonable = true)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Flight> _flights = [];

    /// <summary>Number of keys whose work is running.</summary>
    public int Count
    {
        get
        {
            lock (_flights)
            {
                return _flights.Count;
            }
        }
    }

    /// <summary>Whether the work of this key is running.</summary>
    public bool IsRunning(TKey key)
    {
        lock (_flights)
        {
            return _flights.ContainsKey(key);
        }
    }

    /// <summary>Joins the work of this key, or starts it.</summary>
    /// <param name="key">What the result depends on.</param>
    /// <param name="work">The work; its token ends with the last caller.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<TResult> RunAsync(TKey key, Func<CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        Flight? flight;
        lock (_flights)
        {
            if (!_flights.TryGetValue(key, out flight))
            {
                var started = flight = new Flight();
                flight.Result = new Lazy<Task<TResult>>(() => FlyAsync(key, started, work));
                _flights.Add(key, flight);
            }

            flight.Callers++;
        }

        try
        {
            return await flight.Result.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            if (IsAbandoned(key, flight))
            {
                await flight.Abandoned.CancelAsync();
            }
        }
    }

    private async Task<TResult> FlyAsync(TKey key, Flight flight, Func<CancellationToken, Task<TResult>> work)
    {
        try
        {
            return await work(flight.Abandoned.Token);
        }
        finally
        {
            lock (_flights)
            {
                Remove(key, flight);
            }
        }
    }

    private bool IsAbandoned(TKey key, Flight flight)
    {
        lock (_flights)
        {
            if (--flight.Callers > 0 || !isAbandonable || flight.Result.Value.IsCompleted)
            {
                return false;
            }

            // Later callers must not join work that is being canceled.
            Remove(key, flight);
            return true;
        }
    }

    private void Remove(TKey key, Flight flight)
    {
        if (_flights.TryGetValue(key, out var current) && current == flight)
        {
            _flights.Remove(key);
        }
    }

    private sealed class Flight
    {
        // It has no timer and no wait handle, so there is nothing to dispose.
        public CancellationTokenSource Abandoned { get; } = new();

        public Lazy<Task<TResult>> Result { get; set; } = null!;

        public int Callers { get; set; }
    }
}
