using CharacterRefs.Application.Jobs.BreakJobLease;
using CharacterRefs.Application.Results;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Extensions.Logging.Abstractions;

namespace CharacterRefs.Tests.Application.Jobs.BreakJobLease;

[Category("Integration")]
internal sealed class BreakJobLeaseHandlerTests
{
    [Test]
    public async Task Break_WhenAnotherHoldsTheLease_LetsTheNextRequestChangeTheJob()
    {
        using var scene = new SetScene();
        var handler = new BreakJobLeaseHandler(scene.Locks, NullLogger<BreakJobLeaseHandler>.Instance);
        scene.Workspace.Write("final/movie.mp4", "movie");
        await scene.HoldLeaseAsync();
        Assert.That((await scene.TryPersistAsync()).Error?.Kind, Is.EqualTo(ErrorKind.Conflict));

        Assert.That((await handler.HandleAsync(AJobAsset.Job, default)).Error, Is.Null);

        Assert.That((await scene.PersistAsync()).Failed, Is.Empty);
        Assert.That((await handler.HandleAsync(AJobAsset.Job, default)).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
    }

    [Test]
    public async Task Break_WhenARequestOfThisProcessHoldsTheLease_StopsItAndWaitsForItsEnd()
    {
        using var scene = new SetScene();
        var handler = new BreakJobLeaseHandler(scene.Locks, NullLogger<BreakJobLeaseHandler>.Instance);
        var (started, stopping, ending) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        var work = scene.Locks.RunAsync<int>(AJobAsset.Job, WorkAsync, default);
        await started.Task;

        var broken = handler.HandleAsync(AJobAsset.Job, default);
        await stopping.Task.WaitAsync(Condition.Limit);
        for (var i = 0; i < 10_000 && !broken.IsCompleted; i++)
        {
            await Task.Yield(); // it would be completed by now if it did not wait
        }

        Assert.That(broken.IsCompleted, Is.False, "the request still runs");
        ending.SetResult();

        Assert.That((await broken).Error, Is.Null);
        Assert.That((await work).Error?.Kind, Is.EqualTo(ErrorKind.Conflict));
        Assert.That((await handler.HandleAsync(AJobAsset.Job, default)).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));

        async Task<Result<int>> WorkAsync(CancellationToken token)
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopping.SetResult();
            await ending.Task;
            token.ThrowIfCancellationRequested();
            return 1;
        }
    }
}
