using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Jobs.DeleteJob;

[Category("Integration")]
internal sealed class DeleteJobHandlerTests
{
    private static readonly string[] s_paths = ["audio/a.mp3", "final/movie.mp4", "scenes/b.mp4"];

    private readonly SetScene _scene = new(concurrency: 1);

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [Test]
    public async Task Delete_WhenAJobIsStored_RemovesAllOfItButTheWorkspace()
    {
        await _scene.CommitAsync(s_paths);
        _scene.PutForeign("videos/job-1/.incoming/0123", [1]);
        _scene.PutForeign("videos/job-1/notes.txt", [1]);
        _scene.PutForeign("videos/job-10/final/movie.mp4", [1]);
        await _scene.DownloadAsync();
        Assert.That(_scene.Memory.PathsOf("job-1"), Is.Not.Empty);
        _scene.Store.Reset();

        var result = await _scene.Delete.HandleAsync(AJobAsset.Job, withIgnored: false, default);

        Assert.That(result.Value!.Kept, Is.EqualTo(["videos/job-1/notes.txt"]));
        Assert.That(_scene.Store.Calls.Skip(1).First(), Is.EqualTo("Delete videos/job-1/manifest.json"));
        Assert.That(await KeysAsync(), Is.EqualTo(["videos/job-1/notes.txt", "videos/job-10/final/movie.mp4"]));
        Assert.That(_scene.Memory.PathsOf("job-1"), Is.Empty);
        await _scene.Catalog.Received(1).DissociateAllAsync(AJobAsset.Job, Arg.Any<CancellationToken>());
        _scene.AssertRestored(s_paths);
    }

    [Test]
    public async Task Delete_WhenOnlyAssociationsAreKept_RemovesThem()
    {
        _scene.Catalog.DissociateAllAsync(AJobAsset.Job, default).ReturnsForAnyArgs(2);

        Assert.That((await _scene.Delete.HandleAsync(AJobAsset.Job, withIgnored: false, default)).Error, Is.Null);
    }

    [Test]
    public async Task Delete_WhenNothingIsKept_IsNotFound()
    {
        Assert.That((await _scene.Delete.HandleAsync(AJobAsset.Job, withIgnored: false, default)).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
        await _scene.CommitAsync(s_paths);
        await _scene.Delete.HandleAsync(AJobAsset.Job, withIgnored: false, default);

        Assert.That((await _scene.Delete.HandleAsync(AJobAsset.Job, withIgnored: false, default)).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
    }

    [Test]
    public async Task Delete_WhenTheProcessDiesAtAnyCall_LeavesNoManifestAndTheNextOneCompletesIt()
    {
        for (var call = 1; call <= s_paths.Length + 2; call++)
        {
            await _scene.CommitAsync(s_paths);
            _scene.Store.DieAt(call);
            Assert.That(() => _scene.Delete.HandleAsync(AJobAsset.Job, withIgnored: false, default), Throws.InstanceOf<ProcessDiedException>(), $"call {call}");
            _scene.Store.Reset();
            Assert.That(await _scene.Store.FindAsync(AssetLayout.JobManifest(AJobAsset.Job), default), call > 2 ? Is.Null : Is.Not.Null);

            Assert.That((await _scene.Delete.HandleAsync(AJobAsset.Job, withIgnored: false, default)).Error, Is.Null);
            Assert.That(await KeysAsync(), Is.Empty);
        }
    }

    [Test]
    public async Task Delete_WhenAnotherIsAtWork_IsAConflictAndRemovesNothing()
    {
        await _scene.CommitAsync(s_paths);
        await _scene.HoldLeaseAsync();

        Assert.That((await _scene.Delete.HandleAsync(AJobAsset.Job, withIgnored: false, default)).Error?.Kind, Is.EqualTo(ErrorKind.Conflict));
        Assert.That(await KeysAsync(), Has.Count.EqualTo(4));
    }

    private async Task<List<string>> KeysAsync() =>
        await _scene.Store.ListAllAsync(AssetKeyPrefix.Parse("videos/"), default).Select(item => item.Name).ToListAsync();
}
