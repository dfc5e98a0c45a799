using CharacterRefs.Application.Concurrency;
using CharacterRefs.Application.Jobs;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Application.Jobs;

[Category("Unit")]
internal sealed class JobLocksTests : IDisposable
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    private readonly PausesClock _clock = new(AJobAsset.Noon);
    private readonly IJobLeases _leases = Substitute.For<IJobLeases>();
    private readonly TaskCompletionSource<int> _work = new();
    private readonly TestMeters _meters = new();
    private readonly JobLocks _locks;

    public JobLocksTests()
    {
        _leases.TryTakeAsync(default, default, default, default).ReturnsForAnyArgs((DateTimeOffset?)null);
        var settings = new JobSettings { BackupLimit = 1, Concurrency = 8, Lease = s_lease, MaxFileBytes = 1 << 20 };
        _locks = new JobLocks(_leases, settings, new LeaseMeter(_meters), _clock, NullLogger<JobLocks>.Instance);
    }

    public void Dispose() => _locks.Dispose();

    [Test]
    public async Task Run_WhenFree_WorksAndGivesTheLeaseBack()
    {
        var result = await _locks.RunAsync<int>(AJobAsset.Job, _ => Task.FromResult<Result<int>>(7), default);

        Assert.That(result.Value, Is.EqualTo(7));
        var holder = (Guid)_leases.ReceivedCalls().First().GetArguments()[1]!;
        await _leases.Received(1).TryTakeAsync(AJobAsset.Job, holder, AJobAsset.Noon.AddSeconds(30), Arg.Any<CancellationToken>());
        await _leases.Received(1).ReleaseAsync(AJobAsset.Job, holder, Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task Run_WhenTaken_IsAConflictThatSaysWhenToComeBack()
    {
        _leases.TryTakeAsync(default, default, default, default).ReturnsForAnyArgs(AJobAsset.Noon.AddSeconds(12));

        var result = await _locks.RunAsync<int>(AJobAsset.Job, _ => throw new AssertionException("It must not work."), default);

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.Conflict));
        Assert.That(result.Error?.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(12)));
        await _leases.DidNotReceiveWithAnyArgs().ReleaseAsync(default, default, default);
    }

    [Test]
    public async Task Run_WhenTheWorkLasts_RenewsInTimeAndForTheWholeLease()
    {
        var renewals = new List<(DateTimeOffset At, DateTimeOffset Until)>();
        _leases.RenewAsync(default, default, default, default).ReturnsForAnyArgs(call =>
        {
            renewals.Add((_clock.GetUtcNow(), call.Arg<DateTimeOffset>()));
            return true;
        });
        var running = _locks.RunAsync(AJobAsset.Job, WaitAsync, default);

        await PassTimeUntilAsync(() => renewals.Count >= 6, running);
        _work.SetResult(1);

        Assert.That((await running).Value, Is.EqualTo(1));
        Assert.That(renewals[0].At, Is.GreaterThanOrEqualTo(AJobAsset.Noon.AddSeconds(10)).And.LessThan(AJobAsset.Noon.AddSeconds(30)), "a third of the lease");
        Assert.That(renewals.Select(renewal => renewal.Until - renewal.At), Is.All.EqualTo(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public async Task Run_WhenTheLeaseIsLost_StopsTheWork()
    {
        using var counted = new CountedEvents(_meters);
        _leases.RenewAsync(default, default, default, default).ReturnsForAnyArgs(false);
        var running = _locks.RunAsync(AJobAsset.Job, WaitAsync, default);

        await PassTimeUntilAsync(() => running.IsCompleted, running);

        Assert.That((await running).Error?.Kind, Is.EqualTo(ErrorKind.Conflict));
        Assert.That(counted.Sums, Is.EquivalentTo(new Dictionary<string, double> { ["characterrefs.leases.lost kind=job"] = 1 }));
    }

    [Test]
    public async Task Run_WhenTheCatalogFailsForAMoment_GoesOnUntilTheLeaseEnds()
    {
        _leases.RenewAsync(default, default, default, default).ThrowsAsyncForAnyArgs(new LocalStorageException("The disk is full."));
        var running = _locks.RunAsync(AJobAsset.Job, WaitAsync, default);

        await PassTimeUntilAsync(() => running.IsCompleted, running);
        Assert.That(_clock.GetUtcNow(), Is.GreaterThanOrEqualTo(AJobAsset.Noon.AddSeconds(30)));

        Assert.That((await running).Error?.Kind, Is.EqualTo(ErrorKind.Conflict));
    }

    [Test]
    public async Task Run_WhenARenewalGetsNoResponse_StopsTheWorkAtTheEndOfTheLease()
    {
        _leases.RenewAsync(default, default, default, default).ReturnsForAnyArgs(new TaskCompletionSource<bool>().Task);
        _leases.ReleaseAsync(default, default, default).ReturnsForAnyArgs(new TaskCompletionSource().Task);
        var stopped = new TaskCompletionSource<DateTimeOffset>();
        var running = _locks.RunAsync<int>(
            AJobAsset.Job,
            async token =>
            {
                token.Register(() => stopped.TrySetResult(_clock.GetUtcNow()));
                return await WaitAsync(token);
            },
            default);

        _clock.Advance(s_lease / 3);
        await Condition.UntilAsync(() => _leases.ReceivedCalls().Any(call => call.GetMethodInfo().Name == nameof(IJobLeases.RenewAsync)));
        _clock.Advance(s_lease * 2 / 3);
        Assert.That(await stopped.Task.WaitAsync(s_timeout), Is.EqualTo(AJobAsset.Noon.AddSeconds(30)));

        await PassTimeUntilAsync(() => running.IsCompleted, running);
        Assert.That((await running).Error?.Kind, Is.EqualTo(ErrorKind.Conflict));
    }

    [Test]
    public void Run_WhenTheCallerLeaves_IsCanceledAndGivesTheLeaseBack()
    {
        using var caller = new CancellationTokenSource();
        var running = _locks.RunAsync(AJobAsset.Job, WaitAsync, caller.Token);

        caller.Cancel();

        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>());
        _leases.ReceivedWithAnyArgs(1).ReleaseAsync(default, default, default);
    }

    /// <summary>Advances the clock to the end of each pause, and never while a renewal runs.</summary>
    private async Task PassTimeUntilAsync(Func<bool> condition, Task running)
    {
        while (true)
        {
            var pause = _clock.Pauses.ReadAsync().AsTask();
            await Task.WhenAny(pause, running).WaitAsync(s_timeout);
            if (condition())
            {
                return;
            }

            // The timer of the lease's end is no pause of the renewals.
            if (await pause.WaitAsync(s_timeout) is var length && length < s_lease)
            {
                _clock.Advance(length);
            }
        }
    }

    private async Task<Result<int>> WaitAsync(CancellationToken cancellationToken) => await _work.Task.WaitAsync(cancellationToken);
}
