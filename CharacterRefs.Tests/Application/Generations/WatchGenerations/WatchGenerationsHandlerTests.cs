using CharacterRefs.Domain.Generations;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Generations.WatchGenerations;

[Category("Unit")]
internal sealed class WatchGenerationsHandlerTests
{
    [Test]
    public async Task WatchAsync_WhenChangesCome_ReturnsTheSnapshotThenNewerOnesToTheEnd()
    {
        await using var scene = new GenerationScene();
        var (begun, release) = await BeginHeldAsync(scene);
        var seen = new List<Generation>();

        await foreach (var change in scene.Watch.WatchAsync(begun.Id, 0, CancellationToken.None))
        {
            seen.Add(change);
            release.TrySetResult();
        }

        Assert.That(seen[0].Revision, Is.EqualTo(1));
        Assert.That(seen.Select(change => change.Revision), Is.Ordered.Ascending.And.Unique);
        Assert.That(seen[^1].Status, Is.EqualTo(GenerationStatus.Succeeded));
    }

    [Test]
    public async Task WatchAsync_WhenTheLastRevisionWasSeen_ReturnsNothingAndEnds()
    {
        await using var scene = new GenerationScene();
        var done = await scene.RunAsync();

        Assert.That(await scene.Watch.WatchAsync(done.Id, done.Revision, default).ToListAsync(), Is.Empty);
        Assert.That((await scene.Watch.WatchAsync(done.Id, done.Revision - 2, default).ToListAsync()).Single().Revision, Is.EqualTo(done.Revision));
    }

    [Test]
    public async Task WatchAsync_WhenHundredsWatch_EachSeesTheEnd()
    {
        await using var scene = new GenerationScene();
        var (begun, release) = await BeginHeldAsync(scene);

        var watchers = Enumerable.Range(0, 500).Select(_ => scene.Watch.WaitForEndAsync(begun, default)).ToList();
        release.SetResult();

        Assert.That((await Task.WhenAll(watchers)).Select(generation => generation.Status), Is.All.EqualTo(GenerationStatus.Succeeded));
    }

    /// <summary>Begins a generation whose image is delivered when it is released.</summary>
    private static async Task<(Generation Begun, TaskCompletionSource Release)> BeginHeldAsync(GenerationScene scene)
    {
        var release = new TaskCompletionSource();
        scene.Generator.Scripts[0] = async slot =>
        {
            await release.Task;
            return await slot.DeliverAsync();
        };
        return ((await scene.BeginAsync()).Value!.Generation, release);
    }
}
