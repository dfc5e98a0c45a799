using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.RepairJobAssets;

[Category("Integration")]
internal sealed class RepairJobAssetsHandlerTests
{
    private static readonly string[] s_paths = ["audio/a.mp3", "final/movie.mp4", "scenes/b.mp4"];

    private readonly SetScene _scene = new();

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [Test]
    public async Task Repair_WhenStoredBytesAreDamaged_VerifyNamesThemRestoreRejectsThemAndRepairMendsThem()
    {
        var manifest = await _scene.CommitAsync(s_paths);
        await _scene.DownloadAsync();
        _scene.Damage("scenes/b.mp4");
        await _scene.Store.DeleteAsync(manifest.Files[0].Key, default);

        var before = await _scene.VerifyAsync();
        var rejected = await _scene.DownloadAsync("elsewhere");
        var repaired = await _scene.RepairAsync();
        var after = await _scene.VerifyAsync();
        var restored = await _scene.DownloadAsync("elsewhere");

        Assert.That((before.Missing.Single(), before.Corrupt.Single()), Is.EqualTo(("audio/a.mp3", "scenes/b.mp4")));
        Assert.That(rejected.Failed.Select(failure => failure.Error), Is.EqualTo([ErrorKind.NotFound, ErrorKind.Conflict]));
        Assert.That(repaired.Repaired, Is.EqualTo(["audio/a.mp3", "scenes/b.mp4"]));
        Assert.That((repaired.IsComplete, after.IsComplete, restored.Failed.Count), Is.EqualTo((true, true, 0)));
        Assert.That(restored.Downloaded, Is.EqualTo(["audio/a.mp3", "scenes/b.mp4"]));
        Assert.That((await _scene.Manifests.FindAsync(AJobAsset.Job, default)).Value!.Files, Is.EqualTo(manifest.Files));
        Assert.That((await _scene.Store.FindAsync(manifest.Files[2].Key, default))!.MediaType, Is.EqualTo("video/mp4"));
    }

    [Test]
    public async Task Repair_WhenNothingIsWrong_WritesNothing()
    {
        await _scene.CommitAsync(s_paths);

        var repaired = await _scene.RepairAsync();

        Assert.That((repaired.IsComplete, repaired.Repaired.Count), Is.EqualTo((true, 0)));
        Assert.That(_scene.Store.Calls, Has.None.StartsWith("Replace"));
    }

    [Test]
    public async Task Repair_WhenTheWorkspaceHasNoSuchFileOrAnother_LeavesTheStoreAsItIs()
    {
        await _scene.CommitAsync(s_paths);
        foreach (var path in s_paths)
        {
            _scene.Damage(path);
        }

        var sameLength = SetScene.Bytes("final/movie.mp4");
        sameLength[0] ^= 1;
        _scene.Workspace.Write("final/movie.mp4", sameLength);
        _scene.Workspace.Write("scenes/b.mp4", [1]);

        var repaired = await _scene.RepairAsync();

        Assert.That(repaired.IsComplete, Is.False);
        Assert.That(repaired.Repaired, Is.Empty);
        Assert.That(
            repaired.Failed.Select(failure => (failure.Path, failure.Error)),
            Is.EqualTo([("audio/a.mp3", ErrorKind.NotFound), ("final/movie.mp4", ErrorKind.Conflict), ("scenes/b.mp4", ErrorKind.Conflict)]));
        Assert.That(_scene.Store.Calls, Has.None.StartsWith("Replace"));
        Assert.That((await _scene.VerifyAsync()).Corrupt, Is.EqualTo(s_paths));
    }

    [Test]
    public async Task Repair_WhenTheStoreTakesNoFile_IsUnavailable()
    {
        await _scene.CommitAsync(s_paths);
        await _scene.DownloadAsync();
        _scene.Damage("scenes/b.mp4");
        _scene.Store.Before = call =>
        {
            if (call.StartsWith("Replace", StringComparison.Ordinal))
            {
                throw new AssetStoreUnavailableException("It is down.", AssetStoreFault.Unreachable);
            }
        };

        Assert.That((await _scene.TryRepairAsync()).Error?.Kind, Is.EqualTo(ErrorKind.StorageUnavailable));
    }

    [Test]
    public async Task Repair_WhenTheStoreDoesNotKeepWhatItTook_DoesNotCallItRepaired()
    {
        var manifest = await _scene.CommitAsync(s_paths);
        await _scene.DownloadAsync();
        _scene.Damage("audio/a.mp3");
        _scene.Damage("scenes/b.mp4");
        var reads = 0;
        _scene.Store.Before = call =>
        {
            if (call == $"Open {manifest.Files[2].Key}" && ++reads == 2)
            {
                _scene.Damage("scenes/b.mp4");
            }
        };

        var repaired = await _scene.RepairAsync();

        Assert.That(repaired.Repaired, Is.EqualTo(["audio/a.mp3"]));
        Assert.That(repaired.Failed.Select(failure => (failure.Path, failure.Error)), Is.EqualTo([("scenes/b.mp4", ErrorKind.StorageUnavailable)]));
    }

    [Test]
    public async Task Repair_WhenTheProcessDiesAtAnyCall_TheNextOneCompletesIt()
    {
        using var scene = new SetScene(concurrency: 1);
        await scene.CommitAsync(s_paths);
        await scene.DownloadAsync();
        DamageAll();
        scene.Store.Reset();
        await scene.RepairAsync();
        var calls = scene.Store.Calls.Count;
        Assert.That(calls, Is.GreaterThan(10));
        for (var call = 1; call <= calls; call++)
        {
            DamageAll();
            scene.Store.DieAt(call);
            Assert.That(() => scene.TryRepairAsync(), Throws.InstanceOf<ProcessDiedException>(), $"call {call} of {calls}");
            scene.Store.Reset();

            Assert.That((await scene.RepairAsync()).IsComplete, Is.True);
            Assert.That((await scene.VerifyAsync()).IsComplete, Is.True);
        }

        void DamageAll()
        {
            foreach (var path in s_paths)
            {
                scene.Damage(path);
            }
        }
    }

    [Test]
    public async Task Repair_WithoutAManifest_IsNotFound()
    {
        await _scene.StoreAsync(s_paths);

        Assert.That((await _scene.TryRepairAsync()).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
    }

    [Test]
    public async Task Repair_WhenAnotherIsAtWorkOrThePathIsRejected_TouchesNothing()
    {
        await _scene.CommitAsync(s_paths);
        Assert.That((await _scene.TryRepairAsync("../x")).Error?.Field, Is.EqualTo("local_base_path"));
        await _scene.HoldLeaseAsync();

        Assert.That((await _scene.TryRepairAsync()).Error?.Kind, Is.EqualTo(ErrorKind.Conflict));
        Assert.That(_scene.Store.Calls, Is.Empty);
    }
}
