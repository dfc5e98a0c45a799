using System.Diagnostics.Metrics;
using CharacterRefs.Application.Telemetry;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Queues creates while Replicate limits their rate (<see cref="CreateRate"/>). The limit belongs to the token, so there is one limiter in a process. The
/// create that was requested first is sent first; one that was rejected keeps its place.
/// </summary>
internal class CreateLimiter : IRateLimit, IDisposable
{
    private readonly TimeProvider _clock;
    private readonly ILogger<CreateLimiter> _logger;
    private readonly ITimer _timer;
    private readonly LinkedList<WaitingCreate> _waiters = [];
    private readonly Counter<long> _rejections;

    public CreateLimiter(TimeProvider clock, IMeterFactory meters, ILogger<CreateLimiter> logger)
    {
        var meter = meters.CreateServiceMeter();
        _rejections = meter.CreateCounter<long>("characterrefs.limiter.refusals", "{request}", "Creates that the provider rejected for its rate limit (429).");
        meter.CreateObservableGauge(
            "characterrefs.limiter.rate", MeasureRate, "{request}/s", "Creates per second that the limiter allows; no value while creates are not paced.");
        meter.CreateObservableGauge("characterrefs.limiter.waiting", () => (long)State.Waiting, "{request}", "Creates that wait for the rate limit.");
        (_clock, _logger) = (clock, logger);
        _timer = clock.CreateTimer(_ => ReleaseAll(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether creates are paced or wait.</summary>
    public bool IsLimited
    {
        get
        {
            lock (Sync)
            {
                return _waiters.Count > 0 || Rate.NextAt(Now) > DateTimeOffset.MinValue;
            }
        }
    }

    public RateLimitState State
    {
        get
        {
            lock (Sync)
            {
                var now = Now;
                var isPaced = Rate.NextAt(now) > DateTimeOffset.MinValue;
                return new RateLimitState(isPaced ? Rate.Rate : null, _waiters.Count, isPaced && Rate.BlockedUntil > now ? Rate.BlockedUntil : null);
            }
        }
    }

    /// <summary>Waits until a create may be sent.</summary>
    /// <param name="requestedAt">When the create was first requested; it decides the place in the queue.</param>
    /// <param name="cancellationToken">Gives up the place; others move up.</param>
    public ValueTask<CreatePermit> WaitAsync(DateTimeOffset requestedAt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        WaitingCreate waiter;
        LinkedListNode<WaitingCreate> node;
        lock (Sync)
        {
            var now = Now;
            if (_waiters.Count == 0 && MaySend(now))
            {
                Rate = Rate.Send(hasWaited: false, now);
                return ValueTask.FromResult(new CreatePermit(now, TimeSpan.Zero));
            }

            waiter = new WaitingCreate(requestedAt, now);
            node = Enqueue(waiter);
            Schedule(now);
        }

        waiter.Registration = cancellationToken.UnsafeRegister(_ => Cancel(node, cancellationToken), null);
        return new ValueTask<CreatePermit>(waiter.Permit.Task);
    }

    /// <summary>Replicate rejected a create for its rate.</summary>
    public void Rejected(DateTimeOffset sentAt, TimeSpan retryAfter)
    {
        _rejections.Add(1);
        CreateRate rate;
        lock (Sync)
        {
            var now = Now;
            var isDecrease = sentAt > Rate.DecreasedAt || Rate.Rate is null;
            rate = Change(state => state.Reject(sentAt, retryAfter, now), isRejection: true);
            Schedule(now);
            if (!isDecrease)
            {
                return;
            }
        }

        _logger.RateLimited(retryAfter.TotalSeconds, rate.Rate ?? 0);
    }

    /// <summary>Replicate accepted a create.</summary>
    public void Accepted(DateTimeOffset sentAt)
    {
        lock (Sync)
        {
            Change(state => state.Accept(sentAt), isRejection: false);
            Schedule(Now);
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Guards all state.</summary>
    protected Lock Sync { get; } = new();

    /// <summary>The time that the rate is counted in.</summary>
    protected DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>What is known about the limit.</summary>
    protected CreateRate Rate { get; set; } = CreateRate.Free;

    /// <summary>Creates that wait.</summary>
    protected int Waiting => _waiters.Count;

    /// <summary>Whether a create may be sent at once.</summary>
    protected virtual bool MaySend(DateTimeOffset now) => Rate.NextAt(now) <= now;

    /// <summary>Changes what is known about the limit.</summary>
    protected virtual CreateRate Change(Func<CreateRate, CreateRate> change, bool isRejection) => Rate = change(Rate);

    /// <summary>Schedules the release of creates that wait.</summary>
    protected virtual void Schedule(DateTimeOffset now)
    {
        if (_waiters.Count > 0)
        {
            // Rounded up: timers count whole milliseconds.
            var pause = Math.Ceiling(Math.Max(0, (Rate.NextAt(now) - now).TotalMilliseconds));
            _timer.Change(TimeSpan.FromMilliseconds(pause), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Releases the first create that waits.</summary>
    protected void Grant(DateTimeOffset now)
    {
        if (_waiters.First is { Value: var waiter })
        {
            _waiters.RemoveFirst();
            waiter.Permit.SetResult(new CreatePermit(now, now - waiter.EnteredAt));
            waiter.Registration.Unregister();
        }
    }

    protected virtual void Dispose(bool disposing) => _timer.Dispose();

    private IEnumerable<Measurement<double>> MeasureRate() => State.RequestsPerSecond is { } rate ? [new Measurement<double>(rate)] : [];

    private LinkedListNode<WaitingCreate> Enqueue(WaitingCreate waiter)
    {
        var before = _waiters.Last;
        while (before is not null && before.Value.RequestedAt > waiter.RequestedAt)
        {
            before = before.Previous;
        }

        return before is null ? _waiters.AddFirst(waiter) : _waiters.AddAfter(before, waiter);
    }

    private void ReleaseAll()
    {
        lock (Sync)
        {
            var now = Now;
            while (_waiters.Count > 0 && MaySend(now))
            {
                Rate = Rate.Send(hasWaited: true, now);
                Grant(now);
            }

            Schedule(now);
        }
    }

    private void Cancel(LinkedListNode<WaitingCreate> node, CancellationToken cancellationToken)
    {
        lock (Sync)
        {
            if (node.List is not null)
            {
                _waiters.Remove(node);
                node.Value.Permit.SetCanceled(cancellationToken);
            }
        }
    }

    private sealed class WaitingCreate(DateTimeOffset requestedAt, DateTimeOffset enteredAt)
    {
        public DateTimeOffset RequestedAt => requestedAt;

        public DateTimeOffset EnteredAt => enteredAt;

        // Continuations must not run under the lock.
        public TaskCompletionSource<CreatePermit> Permit { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenRegistration Registration { get; set; }
    }
}
