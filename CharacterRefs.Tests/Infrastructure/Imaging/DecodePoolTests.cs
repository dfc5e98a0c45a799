using CharacterRefs.Infrastructure.Imaging;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Infrastructure.Imaging;

[Category("Unit")]
internal sealed class DecodePoolTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    [Test]
    public async Task RunAsync_WhenMoreComeThanThereArePlaces_RunsNoMoreThanThat()
    {
        var pool = new DecodePool(new ImageDecodingOptions { Concurrency = 2 }, new FakeTimeProvider());
        using var two = new CountdownEvent(2);
        using var gate = new ManualResetEventSlim();
        var (running, most) = (0, 0);
        var work = Enumerable.Range(0, 6).Select(_ => pool.RunAsync(
            1,
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
        var pool = new DecodePool(new ImageDecodingOptions { Concurrency = 1 }, clock);
        using var stuck = new HeldPlace(pool);
        var start = clock.GetUtcNow();
        Assert.That(async () => await Condition.AdvanceUntilAsync(clock, stuck.Work), Throws.TypeOf<TimeoutException>());
        Assert.That(stuck.Work.IsFaulted, Is.True);
        Assert.That((clock.GetUtcNow() - start).TotalSeconds, OperatingSystem.IsLinux() ? Is.GreaterThanOrEqualTo(120) : Is.GreaterThanOrEqualTo(10));
        var next = pool.RunAsync(1, _ => 2, CancellationToken.None);
        await RunOnNewThreadAsync();
        Assert.That(next.IsCompleted, Is.False);
        stuck.Release();
        Assert.That(await next, Is.EqualTo(2));
    }

    [Test]
    public async Task RunAsync_WhenWorkOnlyWaitsForItsTurn_IsNotTimedOut()
    {
        var clock = new FakeTimeProvider();
        var pool = new DecodePool(new ImageDecodingOptions { Concurrency = 1 }, clock);
        using var waiting = new HeldPlace(pool);

        clock.Advance(TimeSpan.FromSeconds(11));
        waiting.Release();

        Assert.That(await waiting.Work, Is.EqualTo(1));
    }

    [Test]
    public void RunAsync_WhenWorkComputesTooLong_StopsIt()
    {
        var pool = new DecodePool(new ImageDecodingOptions { Concurrency = 1, Timeout = TimeSpan.FromMilliseconds(50) }, TimeProvider.System);
        using var stopped = new ManualResetEventSlim();

        Assert.That(
            async () => await pool.RunAsync<int>(
                1,
                stop =>
                {
                    while (!stop.IsCancellationRequested)
                    {
                    }

                    stopped.Set();
                    throw new OperationCanceledException(stop);
                },
                CancellationToken.None),
            Throws.TypeOf<TimeoutException>());
        Assert.That(stopped.Wait(s_timeout), Is.True);
    }

    [Test]
    public async Task RunAsync_WhenWorkFails_PassesItOnAndFreesThePlace()
    {
        var pool = new DecodePool(new ImageDecodingOptions { Concurrency = 1 }, TimeProvider.System);

        Assert.That(
            async () => await pool.RunAsync<int>(1, _ => throw new FormatException(), CancellationToken.None), Throws.TypeOf<FormatException>());
        Assert.That(await pool.RunAsync(1, _ => 2, CancellationToken.None), Is.EqualTo(2));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task RunAsync_WhenWorkIsQuick_TakesAThreadOfThePool(bool isQuick)
    {
        var pool = new DecodePool(new ImageDecodingOptions { Concurrency = 1 }, TimeProvider.System);

        Assert.That(await pool.RunAsync(1, _ => Thread.CurrentThread.IsThreadPoolThread, CancellationToken.None, isQuick), Is.EqualTo(isQuick));
    }

    [Test]
    [Platform("Linux")]
    public void Used_WhenTheThreadDidOtherWorkBefore_IsOfTheMeasuredWorkOnly()
    {
        var whole = new ThreadTime();
        whole.Begin();
        var before = TimeSpan.FromMilliseconds(20);
        while (whole.Used < before)
        {
        }

        var part = new ThreadTime();
        part.Begin();

        Assert.That(part.Used + before <= whole.Used, Is.True, "read in this order");
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

    /// <summary>Work that runs, and holds its place until it is released.</summary>
    private sealed class HeldPlace : IDisposable
    {
        private readonly ManualResetEventSlim _started = new();
        private readonly ManualResetEventSlim _released = new();

        public HeldPlace(DecodePool pool)
        {
            Work = pool.RunAsync(
                1,
                _ =>
                {
                    _started.Set();
                    _released.Wait(CancellationToken.None);
                    return 1;
                },
                CancellationToken.None);
            Assert.That(_started.Wait(Condition.Limit), Is.True, "the work did not begin");
        }

        public Task<int> Work { get; }

        public void Release() => _released.Set();

        public void Dispose()
        {
            _started.Dispose();
            _released.Dispose();
        }
    }
}
