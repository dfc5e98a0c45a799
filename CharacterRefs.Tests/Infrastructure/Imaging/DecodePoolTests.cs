using CharacterRefs.Infrastructure.Imaging;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Infrastructure.Imaging;

[Category("Unit")]
internal sealed class DecodePoolTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    [Test]
    public async Task RunAsync_WhenMoreComeThanThereArePlaces_RunsNoMoreThanThat()
    {
        using var pool = new DecodePool(new ImageDecodingOptions { Concurrency = 2 }, new FakeTimeProvider());
        using var two = new CountdownEvent(2);
        using var gate = new ManualResetEventSlim();
        var (running, most) = (0, 0);
        var work = Enumerable.Range(0, 6).Select(_ => pool.RunAsync(
            _ =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                if (!gate.IsSet)
                {
                    two.Signal();
                    gate.Wait(CancellationToken.None);
                }

                return Interlocked.Decrement(ref running);
            },
            CancellationToken.None)).ToList();

        Assert.That(two.Wait(s_timeout), Is.True);
        await RunOnNewThreadAsync(); // started after every thread that the pool may have started
        gate.Set();
        await Task.WhenAll(work);

        Assert.That(most, Is.EqualTo(2));
    }

    [Test]
    public async Task RunAsync_WhenWorkCannotBeInterrupted_ReleasesTheCallerButKeepsThePlace()
    {
        var clock = new FakeTimeProvider();
        using var pool = new DecodePool(new ImageDecodingOptions { Concurrency = 1 }, clock);
        using var started = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var stuck = pool.RunAsync(
            _ =>
            {
                started.Set();
                gate.Wait(CancellationToken.None);
                return 1;
            },
            CancellationToken.None);
        started.Wait();
        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.That(async () => await stuck, Throws.TypeOf<TimeoutException>());
        var next = pool.RunAsync(_ => 2, CancellationToken.None);
        await RunOnNewThreadAsync();
        Assert.That(next.IsCompleted, Is.False);
        gate.Set();
        Assert.That(await next, Is.EqualTo(2));
    }

    [Test]
    public async Task RunAsync_WhenWorkFails_PassesItOnAndFreesThePlace()
    {
        using var pool = new DecodePool(new ImageDecodingOptions { Concurrency = 1 }, TimeProvider.System);

        Assert.That(
            async () => await pool.RunAsync<int>(_ => throw new FormatException(), CancellationToken.None), Throws.TypeOf<FormatException>());
        Assert.That(await pool.RunAsync(_ => 2, CancellationToken.None), Is.EqualTo(2));
    }

    private static Task RunOnNewThreadAsync() =>
        Task.Factory.StartNew(() => { }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
