using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.RemoveJobAsset;

[Category("Integration")]
internal sealed class RemoveJobAssetHandlerTests
{
    private static readonly JobAssetPath s_path = AJobAsset.PathOf("scenes/1.mp4");

    [TestCase(1, "1")]
    [TestCase(0, null)]
    public async Task Remove_WhenItIsInTheSet_KeepsAVersionAsFarAsTheLimitAllows(int limit, string? version)
    {
        using var scene = new SetScene(limit);
        await PersistAsync(scene);

        Assert.That((await scene.Remove.HandleAsync(AJobAsset.Job, s_path, default)).Value!.Path, Is.EqualTo(s_path));

        Assert.That((await scene.ReadSetAsync()).Keys, Is.EqualTo(["final/movie.mp4"]));
        var kept = (await scene.ManifestAsync())!.Versions.SingleOrDefault();
        Assert.That(kept is null ? null : await scene.TextAsync(kept.Asset.Key), Is.EqualTo(version));
        await scene.AssertTidyAsync();
        Assert.That((await scene.Remove.HandleAsync(AJobAsset.Job, s_path, default)).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
    }

    [Test]
    public async Task Remove_WhenTheProcessDiesAtAnyCall_TheSetHasTheFileOrNotAndTheNextChangeTidiesUp()
    {
        for (var call = 1; ; call++)
        {
            using var scene = new SetScene(concurrency: 1);
            await PersistAsync(scene);
            scene.Store.Reset();
            scene.Store.DieAt(call);
            try
            {
                await scene.Remove.HandleAsync(AJobAsset.Job, s_path, default);
                Assert.That(call, Is.GreaterThan(5));
                return;
            }
            catch (ProcessDiedException)
            {
                scene.Store.Reset();
            }

            Assert.That((await scene.ReadSetAsync()).Keys, Is.SubsetOf(["final/movie.mp4", "scenes/1.mp4"]).And.Contains("final/movie.mp4"));
            await scene.Remove.HandleAsync(AJobAsset.Job, s_path, default);
            Assert.That((await scene.ReadSetAsync()).Keys, Is.EqualTo(["final/movie.mp4"]));
            await scene.AssertTidyAsync();
        }
    }

    private static async Task PersistAsync(SetScene scene)
    {
        scene.Workspace.Write("final/movie.mp4", "movie");
        scene.Workspace.Write("scenes/1.mp4", "1");
        await scene.PersistAsync();
    }
}
