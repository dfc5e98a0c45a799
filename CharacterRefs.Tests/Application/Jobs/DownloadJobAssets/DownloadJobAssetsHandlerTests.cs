using System.Globalization;
using System.Text;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.DownloadJobAssets;

[Category("Integration")]
internal sealed class DownloadJobAssetsHandlerTests
{
    private const string Reference = "character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png";
    private static readonly string[] s_paths = [Reference, "final/movie.mp4", "metadata.json", "scenes/a/intermediate/1.mp4", "scenes/b.mp4"];

    private readonly SetScene _scene = new();

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [Test]
    public async Task Download_WhenTheWorkspaceIsEmpty_RestoresEveryFileWithItsTime()
    {
        await _scene.CommitAsync(s_paths);

        var result = await _scene.DownloadAsync();

        _scene.AssertRestored(s_paths);
        Assert.That(result.Downloaded, Is.EqualTo(s_paths));
        Assert.That((result.Skipped.Count, result.Failed.Count), Is.EqualTo((0, 0)));
        Assert.That(result.CharacterReferences, Is.EqualTo([Reference]));
        Assert.That(result.LocalBasePath, Is.EqualTo("mv/jobs/job-1"));
        Assert.That(File.GetLastWriteTimeUtc(_scene.Workspace.PathOf("final/movie.mp4")), Is.EqualTo(AJobAsset.Noon.UtcDateTime));
        Assert.That(_scene.Workspace.Staged, Is.Empty);
        Assert.That(_scene.Log.Count(line => line.Contains("Restoring job job-1 started: 5 files", StringComparison.Ordinal)
            || line.Contains("5 files downloaded, 0 skipped, 0 failed", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    [Test]
    public async Task Download_WhenAllIsThere_SkipsItAndFetchesNothing()
    {
        await _scene.CommitAsync(s_paths);
        await _scene.DownloadAsync();
        _scene.Store.Reset();

        var result = await _scene.DownloadAsync();

        Assert.That(result.Skipped, Is.EqualTo(s_paths));
        Assert.That(result.Downloaded, Is.Empty);
        Assert.That(result.CharacterReferences, Is.EqualTo([Reference]));
        Assert.That(_scene.Store.Calls, Is.EqualTo(
            ["List videos/job-1/intermediate/character_reference/", "Open videos/job-1/manifest.json", "List videos/job-1/"]));
    }

    [Test]
    public async Task Download_WhenFilesHaveStamps_ReadsThemOnce()
    {
        await _scene.CommitAsync(s_paths);
        _scene.Workspace.HasStamps = false;
        await _scene.DownloadAsync();
        Assert.That(_scene.Memory.PathsOf("job-1"), Is.Empty);
        _scene.Workspace.HasStamps = true;

        await _scene.DownloadAsync();
        var reads = _scene.Workspace.Reads;
        await _scene.DownloadAsync();

        Assert.That(reads, Is.EqualTo(s_paths.Length));
        Assert.That(_scene.Workspace.Reads, Is.EqualTo(reads));
        Assert.That(_scene.Memory.PathsOf("job-1"), Is.EquivalentTo(s_paths));
    }

    [Test]
    public async Task Download_WhenARememberedFileLooksDifferent_ReadsItAgain()
    {
        await _scene.CommitAsync("final/movie.mp4");
        await _scene.DownloadAsync();
        var other = SetScene.Bytes("final/movie.mp4");
        other[0] ^= 1;
        _scene.Workspace.Write("final/movie.mp4", other);

        Assert.That((await _scene.DownloadAsync()).Downloaded, Is.EqualTo(["final/movie.mp4"]));
        _scene.AssertRestored("final/movie.mp4");
    }

    [TestCase("longer than what was stored under this path")]
    [TestCase("")]
    public async Task Download_WhenTheWorkspaceHasOtherFiles_ReplacesThoseOfTheSetAndLeavesTheRest(string present)
    {
        await _scene.CommitAsync("final/movie.mp4");
        _scene.Workspace.Write("final/movie.mp4", Encoding.UTF8.GetBytes(present));
        _scene.Workspace.Write("scenes/mine.mp4", [7]);

        await _scene.DownloadAsync();

        var contents = _scene.Workspace.Contents();
        Assert.That(contents["final/movie.mp4"], Is.EqualTo(SetScene.Bytes("final/movie.mp4")));
        Assert.That(contents["scenes/mine.mp4"], Is.EqualTo(new byte[] { 7 }));
    }

    [Test]
    public async Task Download_WhenStoredBytesAreDamaged_RejectsThemAndCopiesTheRest([Values] bool isPresent, [Values] bool isTruncated)
    {
        await _scene.CommitAsync(s_paths);
        _scene.Damage("scenes/b.mp4");
        if (isTruncated)
        {
            File.WriteAllBytes(_scene.FileOf("videos/job-1/intermediate/scenes/b.mp4"), [1]);
        }

        if (isPresent)
        {
            _scene.Workspace.Write("scenes/b.mp4", [9]);
        }

        var result = await _scene.DownloadAsync();

        Assert.That(result.Failed.Select(failure => (failure.Path, failure.Error)), Is.EqualTo([("scenes/b.mp4", ErrorKind.Conflict)]));
        Assert.That(result.Failed[0].Detail, Does.Contain("Repair"));
        Assert.That(result.Downloaded, Is.EqualTo(s_paths.Except(["scenes/b.mp4"])));
        Assert.That(_scene.Workspace.Contents().GetValueOrDefault("scenes/b.mp4"), isPresent ? Is.EqualTo(new byte[] { 9 }) : Is.Null);
        Assert.That(_scene.Workspace.Staged, Is.Empty);
    }

    [Test]
    public async Task Download_WhenAFileIsAbsent_SaysSoAndTakesTheRest()
    {
        var manifest = await _scene.CommitAsync(s_paths);
        await _scene.Store.DeleteAsync(manifest.Files[1].Key, default);

        var result = await _scene.DownloadAsync();

        Assert.That(result.Failed.Select(failure => (failure.Path, failure.Error)), Is.EqualTo([("final/movie.mp4", ErrorKind.NotFound)]));
        Assert.That(result.Downloaded, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Download_WhenTheStoreFailsForOneFile_DoesNotTakeItForAbsent()
    {
        await _scene.CommitAsync(s_paths);
        _scene.Store.Before = call => ThrowUnreachable(call.Contains("movie", StringComparison.Ordinal));

        var result = await _scene.DownloadAsync();

        Assert.That(result.Failed.Select(
            failure => (failure.Path, failure.Error, failure.Detail)), Is.EqualTo([("final/movie.mp4", ErrorKind.StorageUnavailable, "It is down.")]));
        Assert.That(result.Downloaded, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Download_WhenTheStoreBreaksOffInAFile_LeavesNoPartOfIt()
    {
        await _scene.CommitAsync(s_paths);
        _scene.Store.Reading = (key, content) => key.Name == "movie.mp4"
            ? new BreakingStream(SetScene.Bytes("final/movie.mp4")[..5], new AssetStoreUnavailableException("It is down.", AssetStoreFault.Unreachable))
            : content;

        var result = await _scene.DownloadAsync();

        Assert.That(result.Failed.Single().Error, Is.EqualTo(ErrorKind.StorageUnavailable));
        _scene.AssertRestored(s_paths.Except(["final/movie.mp4"]));
        Assert.That(_scene.Workspace.Staged, Is.Empty);
    }

    [Test]
    public async Task Download_WhenNoFileCouldBeFetched_IsUnavailable()
    {
        await _scene.CommitAsync(s_paths);
        _scene.Store.Before = call => ThrowUnreachable(
            !call.EndsWith("manifest.json", StringComparison.Ordinal) && !call.StartsWith("List", StringComparison.Ordinal));

        var error = (await _scene.TryDownloadAsync()).Error;

        Assert.That(error?.Kind, Is.EqualTo(ErrorKind.StorageUnavailable));
        Assert.That(error?.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(3)));
    }

    [Test]
    public async Task Download_WhenTheStoreIsDownButSomethingIsThere_ReportsBoth()
    {
        await _scene.CommitAsync(s_paths);
        _scene.Workspace.Write("metadata.json", SetScene.Bytes("metadata.json"));
        _scene.Store.Before = call => ThrowUnreachable(
            !call.EndsWith("manifest.json", StringComparison.Ordinal) && !call.StartsWith("List", StringComparison.Ordinal));

        var result = await _scene.DownloadAsync();

        Assert.That(result.Skipped, Is.EqualTo(["metadata.json"]));
        Assert.That(result.Failed, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Download_WhenAFolderHasTheNameOfAFile_IsAConflictOfThatFileAndTakesTheRest()
    {
        await _scene.CommitAsync(s_paths);
        Directory.CreateDirectory(_scene.Workspace.PathOf("final/movie.mp4"));

        var result = await _scene.DownloadAsync();

        Assert.That(result.Failed.Select(failure => (failure.Path, failure.Error)), Is.EqualTo([("final/movie.mp4", ErrorKind.Conflict)]));
        Assert.That(result.Downloaded, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Download_WhenEntriesOfTheManifestLeadOut_RejectsAndNamesThem()
    {
        await _scene.CommitAsync("audio/a.mp3", "final/movie.mp4");
        await _scene.RewriteManifestAsync("\"path\": \"final/movie.mp4\"", "\"path\": \"../../movie.mp4\"");

        var result = await _scene.DownloadAsync();

        Assert.That(result.Failed.Select(failure => (failure.Path, failure.Error)), Is.EqualTo([("../../movie.mp4", ErrorKind.ValidationError)]));
        _scene.AssertRestored("audio/a.mp3");
    }

    [Test]
    public async Task Download_WithoutAManifest_RestoresWhatIsListedAndSkipsItTheNextTime()
    {
        await _scene.StoreAsync(s_paths);
        _scene.PutForeign("videos/job-1/intermediate/uploads/old.wav", SetScene.Bytes("uploads/old.wav"));
        _scene.PutForeign("videos/job-1/intermediate/scenes/bad.", [1]);
        string[] all = [.. s_paths, "uploads/old.wav"];

        var first = await _scene.DownloadAsync();
        _scene.Store.Reset();
        var second = await _scene.DownloadAsync();

        _scene.AssertRestored(all);
        Assert.That(first.Downloaded, Is.EqualTo(all));
        Assert.That(first.Failed.Select(failure => (failure.Path, failure.Error)), Is.EqualTo([("scenes/bad.", ErrorKind.ValidationError)]));
        Assert.That(second.Downloaded, Is.Empty);
        Assert.That(second.Skipped, Is.EqualTo(all));
        Assert.That(_scene.Store.Calls.Where(call => call.StartsWith("Open", StringComparison.Ordinal)), Is.EqualTo(
            ["Open videos/job-1/manifest.json", "Open videos/job-1/intermediate/uploads/old.wav"]), "only its bytes show what it is");
    }

    [Test]
    public async Task Download_WithoutAManifest_ValidatesFilesAgainstTheHashThatTheStoreKeeps()
    {
        await _scene.StoreAsync(s_paths);
        _scene.Damage("scenes/b.mp4");

        Assert.That((await _scene.DownloadAsync()).Failed.Select(failure => (failure.Path, failure.Error)), Is.EqualTo([("scenes/b.mp4", ErrorKind.Conflict)]));
    }

    [Test]
    public async Task Download_WhenNewBytesStillWait_TakesThemFromWhereTheManifestSays()
    {
        var manifest = await _scene.CommitAsync("final/movie.mp4");
        var content = AssetContent.FromBytes(SetScene.Bytes("the new one"), "video/mp4");
        var incoming = AssetLayout.JobIncoming(AJobAsset.Job, content.Sha256);
        await _scene.Store.SaveAsync(incoming, content, default);
        await _scene.Manifests.WriteAsync(
            manifest with { Files = [manifest.Files[0] with { Key = incoming, SizeBytes = content.Length, Sha256 = content.Sha256 }] }, default);

        await _scene.DownloadAsync();

        Assert.That(_scene.Workspace.Contents()["final/movie.mp4"], Is.EqualTo(SetScene.Bytes("the new one")));
    }

    [Test]
    public async Task Download_WhenNothingIsStored_IsNotFound() => Assert.That((await _scene.TryDownloadAsync()).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));

    [Test]
    public async Task Download_WhenAnotherIsAtWork_IsAConflictAndTouchesNothing()
    {
        await _scene.CommitAsync(s_paths);
        await _scene.HoldLeaseAsync();

        var error = (await _scene.TryDownloadAsync()).Error;

        Assert.That(error?.Kind, Is.EqualTo(ErrorKind.Conflict));
        Assert.That(error?.RetryAfter, Is.GreaterThan(TimeSpan.Zero));
        Assert.That(_scene.Workspace.Exists, Is.False);
    }

    [Test]
    public async Task Download_WhenTheBasePathIsRejected_IsTheRejection() =>
        Assert.That((await _scene.TryDownloadAsync("../x")).Error?.Field, Is.EqualTo("local_base_path"));

    [Test]
    public async Task Download_WhenABasePathIsGiven_RestoresThere()
    {
        await _scene.CommitAsync("final/movie.mp4");

        var result = await _scene.DownloadAsync("elsewhere/copy");

        Assert.That(result.LocalBasePath, Is.EqualTo("mv/jobs/elsewhere/copy"));
        Assert.That(_scene.Workspaces.Of("elsewhere/copy").Contents().Keys, Is.EqualTo(["final/movie.mp4"]));
        Assert.That(_scene.Workspace.Exists, Is.False);
    }

    [Test]
    public async Task Download_WhenTheProcessDiesAtAnyCall_TheNextOneCompletesIt()
    {
        using var scene = new SetScene(concurrency: 1);
        await scene.CommitAsync(s_paths);
        var calls = s_paths.Length + 3;
        for (var call = 1; call <= calls; call++)
        {
            if (scene.Workspace.Exists)
            {
                Directory.Delete(scene.Workspace.PathOf(""), recursive: true);
            }

            scene.Store.DieAt(call);
            Assert.That(() => scene.TryDownloadAsync(), Throws.InstanceOf<ProcessDiedException>(), $"call {call} of {calls}");
            Assert.That(scene.Workspace.Contents(), Is.All.Matches<KeyValuePair<string, byte[]>>(file => file.Value.SequenceEqual(SetScene.Bytes(file.Key))));
            var kept = scene.Workspace.Contents().Count;
            Assert.That(kept, Is.EqualTo(Math.Max(0, call - 4)));
            scene.Store.Reset();

            var result = await scene.DownloadAsync();

            Assert.That((result.Skipped.Count, result.Failed.Count), Is.EqualTo((kept, 0)));
            scene.AssertRestored(s_paths);
        }
    }

    [Test]
    public async Task Download_WhenASetHasAThousandFiles_RestoresThemAll()
    {
        var paths = Enumerable.Range(0, 1000).Select(i => string.Create(CultureInfo.InvariantCulture, $"scenes/{i % 10}/{i:0000}.mp4"))
            .Order(StringComparer.Ordinal).ToList();
        await _scene.CommitAsync(paths);

        var result = await _scene.DownloadAsync();

        Assert.That(result.Downloaded, Is.EqualTo(paths));
        _scene.AssertRestored(paths);
        Assert.That((await _scene.DownloadAsync()).Skipped, Is.EqualTo(paths));
    }

    private static void ThrowUnreachable(bool isDown)
    {
        if (isDown)
        {
            throw new AssetStoreUnavailableException("It is down.", AssetStoreFault.Unreachable, TimeSpan.FromSeconds(3));
        }
    }
}
