using CharacterRefs.Infrastructure.Replicate;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>
/// The limiter against a token bucket in virtual time, step by step in one thread: no sockets and no real clock, so that every run is the same.
/// </summary>
internal sealed class LimiterSimulation : IDisposable
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(5);

    private readonly FakeTimeProvider _clock = new();
    private readonly DateTimeOffset _start;
    private readonly PriorityQueue<Action, DateTimeOffset> _replies = new();
    private readonly List<Create> _creates = [];

    public LimiterSimulation(double rate, int burst, bool isPrecise)
    {
        _start = _clock.GetUtcNow();
        Bucket = new StubThrottle(rate, burst, isPrecise, _clock);
        Limiter = new CreateLimiter(_clock, Meters, NullLogger<CreateLimiter>.Instance);
    }

    public StubThrottle Bucket { get; }

    public CreateLimiter Limiter { get; }

    public TestMeters Meters { get; } = new();

    /// <summary>From the arrival of a create to its reply.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(20);

    public TimeSpan Now => _clock.GetUtcNow() - _start;

    /// <summary>Numbers of the accepted creates in the order of their acceptance, with the time.</summary>
    public List<(int Number, TimeSpan At)> Accepted { get; } = [];

    /// <summary>Times at which creates arrived, rejected ones included.</summary>
    public List<TimeSpan> Arrivals { get; } = [];

    /// <summary>Requests creates, all at once.</summary>
    public void Request(int count, CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < count; i++)
        {
            var create = new Create(_creates.Count, _clock.GetUtcNow(), cancellationToken);
            _creates.Add(create);
            Enter(create);
        }

        Send();
    }

    /// <summary>A create is sent and rejected for another reason than the bucket.</summary>
    public async Task RejectOneAsync(TimeSpan retryAfter)
    {
        var permit = await Limiter.WaitAsync(_clock.GetUtcNow(), CancellationToken.None);
        Limiter.Rejected(permit.SentAt, retryAfter);
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan span)
    {
        for (var end = Now + span; Now < end;)
        {
            Step();
        }
    }

    /// <summary>Lets time pass until so many creates are accepted; returns the time of the last one.</summary>
    public TimeSpan RunUntilAccepted(int count)
    {
        while (Accepted.Count < count)
        {
            Assert.That(Now, Is.LessThan(TimeSpan.FromHours(3)), "The creates do not end.");
            Step();
        }

        return Accepted[count - 1].At;
    }

    /// <inheritdoc/>
    public void Dispose() => Limiter.Dispose();

    private void Step()
    {
        _clock.Advance(s_step);
        while (_replies.TryPeek(out var reply, out var at) && at <= _clock.GetUtcNow())
        {
            _replies.Dequeue();
            reply();
        }

        Send();
    }

    private void Enter(Create create) => create.Permit = Limiter.WaitAsync(create.RequestedAt, create.CancellationToken).AsTask();

    private void Send()
    {
        foreach (var create in _creates)
        {
            if (create.Permit is { IsCompletedSuccessfully: true } permit)
            {
                create.Permit = null;
                _ = SendAsync(create, permit);
            }
        }
    }

    // The permit is given, so nothing is awaited and all of it runs in this thread.
    private async Task SendAsync(Create create, Task<CreatePermit> permit)
    {
        var sentAt = (await permit).SentAt;
        Arrivals.Add(Now);
        if (Bucket.Take() is { } pause)
        {
            _replies.Enqueue(() => Reject(create, sentAt, pause), _clock.GetUtcNow() + Latency);
            return;
        }

        Accepted.Add((create.Number, Now));
        _replies.Enqueue(() => Limiter.Accepted(sentAt), _clock.GetUtcNow() + Latency);
    }

    private void Reject(Create create, DateTimeOffset sentAt, TimeSpan pause)
    {
        Limiter.Rejected(sentAt, pause);
        if (!create.CancellationToken.IsCancellationRequested)
        {
            Enter(create);
        }
    }

    private sealed class Create(int number, DateTimeOffset requestedAt, CancellationToken cancellationToken)
    {
        public int Number => number;

        public DateTimeOffset RequestedAt => requestedAt;

        public CancellationToken CancellationToken => cancellationToken;

        public Task<CreatePermit>? Permit { get; set; }
    }
}
