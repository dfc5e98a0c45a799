using System.Text.Json;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Infrastructure.Catalog.Sqlite;
using CharacterRefs.Infrastructure.Replicate;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

/// <summary>The limiters of two nodes on one PostgreSQL, in virtual time that moves on only when both wait for it.</summary>
[Category("Integration")]
internal sealed class SharedCreateLimiterTests : TwoNodesFixture
{
    private const double FirstRate = 9; // after the first rejection, as in CreateRate

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _clock = new(AReference.Time);
    private readonly List<Waiting> _waiting = [];
    private readonly TestMeters _meters = new();
    private SharedCreateLimiter _one = null!;
    private SharedCreateLimiter _two = null!;

    [SetUp]
    public void SetUp() => (_one, _two) = (Limiter(One, new NoSignals()), Limiter(Two, new NoSignals()));

    [TearDown]
    public void TearDown()
    {
        _one?.Dispose();
        _two?.Dispose();
    }

    [Test]
    public async Task WaitAsync_WhenNothingWasRejected_CostsNoQuery()
    {
        var before = One.Commands.OnRows.Count;

        for (var i = 0; i < 100; i++)
        {
            var permit = await _one.WaitAsync(_clock.GetUtcNow(), CancellationToken.None);
            _one.Accepted(permit.SentAt);
        }

        Assert.That(One.Commands.OnRows.Count, Is.EqualTo(before));
    }

    [Test]
    public async Task WaitAsync_WhenOneNodeWasRejected_BothPaceAsOneAndAlternate()
    {
        using var one = Limiter(One, SignalsTo(_two));
        await RejectAsync(one, s_pause);
        await Condition.UntilAsync(() => _two.IsLimited);
        var allowedFrom = _clock.GetUtcNow() + s_pause;

        Request(one, 20);
        Request(_two, 20);
        await RunAsync();

        var sent = _waiting.OrderBy(create => create.SentAt).ToList();
        for (var i = 0; i < sent.Count; i++)
        {
            // No rounding saves a create: the first may be sent at once, the others at the rate.
            var allowed = 1 + ((sent[i].SentAt - allowedFrom).TotalSeconds * FirstRate);
            Assert.That(i + 1, Is.LessThanOrEqualTo(allowed + 0.01), $"create {i}");
            Assert.That(Math.Abs(sent.Take(i + 1).Sum(create => create.Limiter == one ? 1 : -1)), Is.LessThanOrEqualTo(2), $"turns until {i}");
        }

        Assert.That((sent[^1].SentAt - allowedFrom).TotalSeconds, Is.LessThanOrEqualTo((sent.Count / FirstRate) + 1), "and no slower");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task WaitAsync_WhenACreateIsRejectedAfterItWasReserved_SendsNothingBeforeItsPause(bool isSignalled)
    {
        using var one = Limiter(One, isSignalled ? SignalsTo(_two) : new NoSignals());
        await RejectAsync(one, s_pause);
        _two.ReceiveAll();
        await Condition.UntilAsync(() => _two.IsLimited);
        Request(_two, 1);
        await Condition.UntilAsync(() => _two.ReservedAt is not null);

        await RejectAsync(one, s_pause * 3);
        var allowedFrom = _clock.GetUtcNow() + (s_pause * 3);
        await RunAsync();

        Assert.That(_waiting.Single().SentAt, Is.GreaterThanOrEqualTo(allowedFrom));
    }

    [Test]
    public async Task WaitAsync_WhenBothWereRejectedAtOnce_LowersTheRateOnce()
    {
        var sentAt = _clock.GetUtcNow();
        await _one.WaitAsync(sentAt, CancellationToken.None);
        await _two.WaitAsync(sentAt, CancellationToken.None);
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        _one.Rejected(sentAt, s_pause);
        _two.Rejected(sentAt, s_pause);
        await Condition.UntilAsync(async () => (await RecordedAsync())?.RejectedAt == _clock.GetUtcNow());
        Request(_one, 1);
        Request(_two, 1);
        await RunAsync();

        Assert.That((await RecordedAsync())!.Rate, Is.EqualTo(FirstRate));
    }

    [Test]
    public async Task WaitAsync_WhenItWasQuietForAMinute_IsFreeAgainAfterOneLook()
    {
        await RejectAsync(_one, s_pause);
        _clock.Advance(s_pause + CreateRate.QuietTime);

        Request(_one, 1);
        await RunAsync();
        var before = One.Commands.OnRows.Count;
        var permit = await _one.WaitAsync(_clock.GetUtcNow(), CancellationToken.None);

        Assert.That(permit.Waited, Is.EqualTo(TimeSpan.Zero));
        Assert.That(One.Commands.OnRows.Count, Is.EqualTo(before));
    }

    [Test]
    public async Task WaitAsync_WhenThisNodeWasIdleWhileTheOtherPaced_PacesToo()
    {
        await RejectAsync(_one, s_pause);
        _two.ReceiveAll();
        await Condition.UntilAsync(() => _two.IsLimited);
        for (var i = 0; i < 5; i++)
        {
            Request(_one, 2);
            await RunAsync();
            _clock.Advance(CreateRate.QuietTime / 2);
        }

        _waiting.Clear();
        var start = _clock.GetUtcNow();
        Request(_two, 10);
        await RunAsync();

        Assert.That((_waiting.Max(create => create.SentAt) - start).TotalSeconds, Is.GreaterThanOrEqualTo(9 / FirstRate * 0.99));
    }


    private static ICatalogSignals SignalsTo(SharedCreateLimiter other)
    {
        var signals = Substitute.For<ICatalogSignals>();
        signals.WhenForAnyArgs(sent => sent.Send(default!)).Do(call => other.Receive(call.Arg<CatalogSignal>()));
        return signals;
    }

    private SharedCreateLimiter Limiter(TestCatalog catalog, ICatalogSignals signals) =>
        new(new SharedStates(catalog.Database), signals, _clock, _meters, NullLogger<CreateLimiter>.Instance);

    /// <summary>A create is sent and rejected; returns when the catalog knows.</summary>
    private async Task RejectAsync(SharedCreateLimiter limiter, TimeSpan retryAfter)
    {
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        var now = _clock.GetUtcNow();
        limiter.Rejected(now, retryAfter);
        await Condition.UntilAsync(async () => (await RecordedAsync())?.RejectedAt == now);
    }

    private async Task<CreateRate?> RecordedAsync()
    {
        await using var context = await One.Contexts.CreateDbContextAsync();
        return await context.SharedStates.FindAsync(SharedCreateLimiter.StateName) is { } row
            ? JsonSerializer.Deserialize(row.State, CreateRateJson.Default.CreateRate)
            : null;
    }

    private void Request(SharedCreateLimiter limiter, int count) => _waiting.AddRange(Enumerable.Range(0, count)
        .Select(_ => new Waiting(limiter, limiter.WaitAsync(_clock.GetUtcNow(), CancellationToken.None).AsTask())).ToList());

    /// <summary>Until all creates were sent: the time moves to the next reservation when each limiter with waiting creates has one.</summary>
    private async Task RunAsync()
    {
        while (true)
        {
            await Condition.UntilAsync(() => Open().All(limiter => limiter.ReservedAt is not null));
            if (Open().Select(limiter => limiter.ReservedAt).OfType<DateTimeOffset>().DefaultIfEmpty().Min() is not { Ticks: > 0 } next)
            {
                if (_waiting.TrueForAll(create => create.Permit.IsCompleted))
                {
                    return;
                }

                continue;
            }

            if (next <= _clock.GetUtcNow())
            {
                // It is being sent; the clock must not count that as a pause of the limiter.
                await Condition.UntilAsync(() => Open().All(limiter => limiter.ReservedAt != next));
                continue;
            }

            _clock.Advance(TimeSpan.FromMilliseconds(Math.Ceiling((next - _clock.GetUtcNow()).TotalMilliseconds)));
        }

        IEnumerable<SharedCreateLimiter> Open() =>
            _waiting.Where(create => !create.Permit.IsCompleted).Select(create => create.Limiter).Distinct().ToList();
    }

    private sealed class Waiting
    {
        public Waiting(SharedCreateLimiter limiter, Task<CreatePermit> permit)
        {
            Limiter = limiter;
            Permit = NoteAsync(permit);
        }

        public SharedCreateLimiter Limiter { get; }

        public Task Permit { get; }

        public DateTimeOffset SentAt { get; private set; }

        private async Task NoteAsync(Task<CreatePermit> permit) => SentAt = (await permit).SentAt;
    }
}
