using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Queues creates while Replicate limits their rate (<see cref="CreateRate"/>). The limit belongs to the token, so there is one limiter. The create that was
/// requested first is sent first; one that was refused keeps its place.
/// </summary>
internal sealed class CreateLimiter : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly ILogger<CreateLimiter> _logger;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private CreateRate _rate = CreateRate.Free;

    public CreateLimiter(TimeProvider clock, ILogger<CreateLimiter> logger)
    {
        (_clock, _logger) = (clock, logger);
        _timer = clock.CreateTimer(_ => Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How long a create that is requested now must wait at least, without the others that wait.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (_lock)
            {
                var now = _clock.GetUtcNow();
                return _rate.NextAt(now) is var next && next > now ? next - now : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Creates are paced or wait.</summary>
    public bool IsLimited
    {
        get
        {
            lock (_lock)
            {
                return _waiters.Count > 0 || _rate.NextAt(_clock.GetUtcNow()) > DateTimeOffset.MinValue;
            }
        }
    }

    /// <summary>Waits until a create may be sent.</summary>
    /// <param name="requestedAt">When the create was first requested; it decides the place in the queue.</param>
    /// <param name="cancellationToken">Gives up the place; others move up.</param>
    public ValueTask<CreatePermit> WaitAsync(DateTimeOffset requestedAt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        LinkedListNode<Waiter> node;
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            if (_waiters.Count == 0 && _rate.NextAt(now) <= now)
            {
                _rate = _rate.Send(hasWaited: false, now);
                return ValueTask.FromResult(new CreatePermit(now, TimeSpan.Zero));
            }

            waiter = new Waiter(requestedAt, now);
            node = Enqueue(waiter);
            Schedule(now);
        }

        waiter.Registration = cancellationToken.UnsafeRegister(_ => Cancel(node, cancellationToken), null);
        return new ValueTask<CreatePermit>(waiter.Permit.Task);
    }

    /// <summary>Replicate refused a create for its rate.</summary>
    public void Refused(DateTimeOffset sentAt, TimeSpan retryAfter)
    {
        CreateRate rate;
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            var isDecrease = sentAt > _rate.DecreasedAt || _rate.Rate is null;
            rate = _rate = _rate.Refuse(sentAt, retryAfter, now);
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
        lock (_lock)
        {
            _rate = _rate.Accept(sentAt);
            Schedule(_clock.GetUtcNow());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private LinkedListNode<Waiter> Enqueue(Waiter waiter)
    {
        var before = _waiters.Last;
        while (before is not null && before.Value.RequestedAt > waiter.RequestedAt)
        {
            before = before.Previous;
        }

        return before is null ? _waiters.AddFirst(waiter) : _waiters.AddAfter(before, waiter);
    }

    private void Release()
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            while (_waiters.First is { Value: var waiter } && _rate.NextAt(now) <= now)
            {
                _waiters.RemoveFirst();
                _rate = _rate.Send(hasWaited: true, now);
                waiter.Permit.SetResult(new CreatePermit(now, now - waiter.EnteredAt));
                waiter.Registration.Unregister();
            }

            Schedule(now);
        }
    }

    private void Cancel(LinkedListNode<Waiter> node, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (node.List is not null)
            {
                _waiters.Remove(node);
                node.Value.Permit.SetCanceled(cancellationToken);
            }
        }
    }

    private void Schedule(DateTimeOffset now)
    {
        if (_waiters.Count > 0)
        {
            // Rounded up: timers count whole milliseconds.
            var pause = Math.Ceiling(Math.Max(0, (_rate.NextAt(now) - now).TotalMilliseconds));
            _timer.Change(TimeSpan.FromMilliseconds(pause), Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Waiter(DateTimeOffset requestedAt, DateTimeOffset enteredAt)
    {
        public DateTimeOffset RequestedAt => requestedAt;

        public DateTimeOffset EnteredAt => enteredAt;

        // Continuations must not run under the lock.
        public TaskCompletionSource<CreatePermit> Permit { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenRegistration Registration { get; set; }
    }
}
