namespace CharacterRefs.Application.References.Cache;

/// <summary>
/// Work that is done once for all who want its result at the same time, by key. It is cancelled when the last of them has left, and nothing of it is
/// kept: whoever comes later begins anew.
/// </summary>
internal sealed class SharedFetches<TKey, TResult>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Flight> _flights = [];

    /// <summary>Joins the work under this key, or begins it.</summary>
    public async Task<TResult> GetAsync(TKey key, Func<CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        Flight? flight;
        lock (_flights)
        {
            if (!_flights.TryGetValue(key, out flight))
            {
                flight = new Flight();
                var token = flight.Abandoned.Token;
                flight.Landing = Task.Run(() => work(token), CancellationToken.None);
                _flights.Add(key, flight);
            }

            flight.Waiters++;
        }

        try
        {
            return await flight.Landing.WaitAsync(cancellationToken);
        }
        finally
        {
            if (IsLast(key, flight))
            {
                await flight.Abandoned.CancelAsync();
            }
        }
    }

    private bool IsLast(TKey key, Flight flight)
    {
        lock (_flights)
        {
            // The entry goes with its last waiter, so one under this key is always this flight.
            return --flight.Waiters == 0 && _flights.Remove(key);
        }
    }

    private sealed class Flight
    {
        // Without a timer and without a wait handle there is nothing to free, so it is left to the collector.
        public CancellationTokenSource Abandoned { get; } = new();

        public Task<TResult> Landing { get; set; } = null!;

        public int Waiters { get; set; }
    }
}
