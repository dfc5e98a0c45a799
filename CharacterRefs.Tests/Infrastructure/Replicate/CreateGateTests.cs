using CharacterRefs.Infrastructure.Replicate;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Unit")]
public sealed class CreateGateTests
{
    [Test]
    public async Task EnterAsync_WhenNothingWasRefused_LetsAllThrough()
    {
        using var gate = new CreateGate(new FakeTimeProvider(), NullLogger<CreateGate>.Instance);

        using var first = await gate.EnterAsync(CancellationToken.None);
        using var second = await gate.EnterAsync(CancellationToken.None);

        Assert.That(new[] { first.IsExclusive, second.IsExclusive }, Is.All.False);
    }

    [Test]
    public async Task EnterAsync_WhenOneWasRefused_LetsOneThroughAtATimeAndNotBefore()
    {
        var clock = new FakeTimeProvider();
        using var gate = new CreateGate(clock, NullLogger<CreateGate>.Instance);
        gate.Refused(TimeSpan.FromSeconds(10));
        gate.Refused(TimeSpan.FromSeconds(3));

        var first = gate.EnterAsync(CancellationToken.None);
        var second = gate.EnterAsync(CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.That(first.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));
        var turn = await first;

        Assert.That(turn.IsExclusive, Is.True);
        Assert.That(second.IsCompleted, Is.False);
        turn.Dispose();
        Assert.That((await second).IsExclusive, Is.True);
    }

    [TestCase(4, 4)]
    [TestCase(100, 10)]
    public async Task EnterAsync_WhenOneWasTaken_HoldsTheNextBackForTheInterval(int named, int interval)
    {
        var clock = new FakeTimeProvider();
        using var gate = new CreateGate(clock, NullLogger<CreateGate>.Instance);
        gate.Refused(TimeSpan.FromSeconds(named));
        clock.Advance(TimeSpan.FromSeconds(named));

        using (await gate.EnterAsync(CancellationToken.None))
        {
            gate.Taken();
        }

        var next = gate.EnterAsync(CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(interval - 1));
        Assert.That(next.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That((await next).IsExclusive, Is.True);
    }

    [Test]
    public void IsSerial_WhenCreatesAreTakenWithoutARefusal_Ends()
    {
        var clock = new FakeTimeProvider();
        using var gate = new CreateGate(clock, NullLogger<CreateGate>.Instance);
        gate.Refused(TimeSpan.FromSeconds(10));

        for (var passed = TimeSpan.Zero; passed < CreateGate.QuietTime; passed += TimeSpan.FromSeconds(10))
        {
            Assert.That(gate.IsSerial, Is.True);
            clock.Advance(TimeSpan.FromSeconds(10));
            gate.Taken();
        }

        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.That(gate.IsSerial, Is.False);
    }

    [Test]
    public async Task EnterAsync_WhenAWaiterGivesUp_LetsTheNextThrough()
    {
        var clock = new FakeTimeProvider();
        using var gate = new CreateGate(clock, NullLogger<CreateGate>.Instance);
        using var caller = new CancellationTokenSource();
        gate.Refused(TimeSpan.FromSeconds(10));

        var first = gate.EnterAsync(caller.Token);
        var second = gate.EnterAsync(CancellationToken.None);
        await caller.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.That((await second).IsExclusive, Is.True);
    }

    [Test]
    public void IsSerial_WhenItWasQuietForAWhile_Ends()
    {
        var clock = new FakeTimeProvider();
        using var gate = new CreateGate(clock, NullLogger<CreateGate>.Instance);
        gate.Refused(TimeSpan.FromSeconds(10));

        clock.Advance(TimeSpan.FromSeconds(9) + CreateGate.QuietTime);
        Assert.That(gate.IsSerial, Is.True);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That(gate.IsSerial, Is.False);
    }
}
