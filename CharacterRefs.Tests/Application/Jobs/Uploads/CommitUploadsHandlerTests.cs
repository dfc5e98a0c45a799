using System.Security.Cryptography;
using System.Text;
using CharacterRefs.Application.Jobs.Uploads;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.Uploads;

[Category("Integration")]
internal sealed class CommitUploadsHandlerTests
{
    private const string Path = "scenes/1.mp4";

    [Test]
    public async Task Commit_WhenAllBytesArrived_AddsTheFilesAndRemovesTheUploads()
    {
        using var scene = new SetScene();
        await scene.CommitAsync("final/movie.mp4");
        var (first, second) = (Send(scene, Path, "one"), Send(scene, "scenes/2.mp4", "one"));

        var outcome = await CommitAsync(scene, first, second);

        Assert.That(outcome.Committed, Is.EqualTo([Path, "scenes/2.mp4"]));
        Assert.That(outcome.Failed, Is.Empty);
        var set = await scene.ReadSetAsync();
        Assert.That((set.Count, set[Path], set["scenes/2.mp4"]), Is.EqualTo((3, "one", "one")));
        await scene.AssertTidyAsync();
        Assert.That((await CommitAsync(scene, first, second)).Skipped, Is.EqualTo([Path, "scenes/2.mp4"]));
    }

    [Test]
    public async Task Commit_WhenEarlierUploadsWereNeverCommitted_RemovesThoseWhoseUrlHasExpired()
    {
        using var scene = new SetScene();
        var (abandoned, open, failed, sent) = (
            Send(scene, "scenes/2.mp4", "abandoned"), Send(scene, "scenes/3.mp4", "open"), Announce("scenes/4.mp4", "announced"), Send(scene, Path, "one"));
        scene.PutForeign(KeyOf(failed), "another.."u8.ToArray());
        Age(scene, abandoned, TimeSpan.FromDays(7.1));
        Age(scene, open, TimeSpan.FromDays(6.9));
        Age(scene, failed, TimeSpan.FromDays(7.1));

        await CommitAsync(scene, sent, failed);

        Assert.That(new[] { abandoned, open, failed, sent }.Select(upload => File.Exists(scene.FileOf(KeyOf(upload)))), Is.EqualTo([false, true, true, false]));
    }

    [Test]
    public async Task Commit_WhenAFileIsReplaced_KeepsAVersion()
    {
        using var scene = new SetScene();
        await scene.CommitAsync(Path);

        await CommitAsync(scene, Send(scene, Path, "two"));

        Assert.That((await scene.ReadSetAsync())[Path], Is.EqualTo("two"));
        Assert.That(await scene.VersionsAsync(Path), Is.EqualTo([1]));
        await scene.AssertTidyAsync();
    }

    [Test]
    public async Task Commit_WhenBytesAreMissingOrOthers_CommitsTheRestAndNamesThem()
    {
        using var scene = new SetScene();
        await scene.CommitAsync("scenes/3.mp4");
        var good = Send(scene, Path, "good");
        var missing = Announce("scenes/2.mp4", "missing");
        var lying = Announce("scenes/3.mp4", "announced");
        scene.PutForeign(AssetLayout.JobUpload(AJobAsset.Job, lying.Sha256).Value, "another.."u8.ToArray());

        var outcome = await CommitAsync(scene, good, missing, lying);

        Assert.That(outcome.Committed, Is.EqualTo([Path]));
        Assert.That(
            outcome.Failed.Select(failure => (failure.Path, failure.Error)),
            Is.EqualTo([("scenes/2.mp4", ErrorKind.NotFound), ("scenes/3.mp4", ErrorKind.ValidationError)]));
        Assert.That((await scene.ReadSetAsync())["scenes/3.mp4"], Is.EqualTo("the bytes of scenes/3.mp4"), "the set has what it had");
    }

    [Test]
    public async Task Commit_WhenAFileWouldBeInsideAnother_NamesIt()
    {
        using var scene = new SetScene();
        await scene.CommitAsync("scenes/a");

        var outcome = await CommitAsync(scene, Send(scene, "scenes/a/b", "x"));

        Assert.That(outcome.Failed.Select(failure => failure.Error), Is.EqualTo([ErrorKind.Conflict]));
        Assert.That((await scene.ReadSetAsync()).Keys, Is.EqualTo(["scenes/a"]));
    }

    [Test]
    public async Task Commit_WhenAnotherRequestChangesTheJob_IsAConflict()
    {
        using var scene = new SetScene();
        await scene.HoldLeaseAsync();

        var result = await scene.CommitUploads.HandleAsync(AJobAsset.Job, [Send(scene, Path, "x")], default);

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.Conflict));
    }

    [Test]
    public async Task Commit_WhenTheProcessDiesAtAnyCall_TheSetIsTheOldOrTheNewOneAndTheNextCommitFinishesIt()
    {
        for (var call = 1; ; call++)
        {
            using var scene = new SetScene(concurrency: 1);
            await scene.CommitAsync(Path);
            var upload = Send(scene, Path, "two");
            scene.Store.Reset();
            scene.Store.DieAt(call);
            try
            {
                await CommitAsync(scene, upload);
                Assert.That(call, Is.GreaterThan(5));
                return;
            }
            catch (ProcessDiedException)
            {
                scene.Store.Reset();
            }

            Assert.That((await scene.ReadSetAsync())[Path], Is.AnyOf("two", "the bytes of scenes/1.mp4"), $"call {call}");
            await CommitAsync(scene, upload);
            Assert.That((await scene.ReadSetAsync())[Path], Is.EqualTo("two"), $"call {call}");
            await scene.AssertTidyAsync();
        }
    }

    private static async Task<CommittedUploads> CommitAsync(SetScene scene, params JobUpload[] uploads)
    {
        var result = await scene.CommitUploads.HandleAsync(AJobAsset.Job, uploads, default);
        Assert.That(result.Error, Is.Null);
        return result.Value!;
    }

    private static JobUpload Announce(string path, string text) =>
        new(AJobAsset.PathOf(path), Encoding.UTF8.GetByteCount(text), ContentHash.FromDigest(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    /// <summary>Puts the bytes into the store as a client does: without a hash.</summary>
    private static JobUpload Send(SetScene scene, string path, string text)
    {
        var upload = Announce(path, text);
        scene.PutForeign(KeyOf(upload), Encoding.UTF8.GetBytes(text));
        return upload;
    }

    private static string KeyOf(JobUpload upload) => AssetLayout.JobUpload(AJobAsset.Job, upload.Sha256).Value;

    private static void Age(SetScene scene, JobUpload upload, TimeSpan age)
    {
        var file = scene.FileOf(KeyOf(upload));
        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file) - age);
    }
}
