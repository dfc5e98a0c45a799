using System.Text;
using CharacterRefs.Application.Jobs;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Application.Jobs.PersistJobAssets;

[Category("Integration")]
internal sealed class PersistJobAssetsHandlerTests
{
    private const string Manifest = " videos/job-1/manifest.json";

    private readonly List<SetScene> _scenes = [];

    [TearDown]
    public void TearDown() => _scenes.ForEach(scene => scene.Dispose());

    [Test]
    public async Task Persist_WhenAnotherNodeCommitsMeanwhile_IsAConflictAndTheOtherSetIsWhole([Values] bool hasSet)
    {
        var scene = Scene();
        var other = new SetScene(store: scene.Store);
        _scenes.Insert(0, other);
        if (hasSet)
        {
            scene.Workspace.Write("scenes/1.mp4", "first");
            await scene.PersistAsync();
        }

        scene.Workspace.Write("scenes/1.mp4", "of this service");
        other.Workspace.Write("scenes/1.mp4", "of the other");
        other.Workspace.Write("scenes/2.mp4", "of the other");
        scene.Store.Before = call =>
        {
            if (call == "Replace" + Manifest)
            {
                scene.Store.Before = null;
                other.PersistAsync().GetAwaiter().GetResult();
            }
        };

        var result = await scene.TryPersistAsync();

        Assert.That((result.Error?.Kind, result.Error?.RetryAfter), Is.EqualTo((ErrorKind.Conflict, TimeSpan.FromSeconds(1))));
        Assert.That((await other.VerifyAsync()).IsComplete, Is.True);
        Assert.That((await other.ReadSetAsync())["scenes/1.mp4"], Is.EqualTo("of the other"));
        await scene.PersistAsync();
        Assert.That((await other.ReadSetAsync()).Values, Is.EquivalentTo(["of this service", "of the other"]));
    }

    [Test]
    public async Task Persist_WhenNew_StoresAllAndReturnsUrlsInOrder()
    {
        var scene = Scene();
        scene.Workspace.Ignored.Add("tmp/");
        scene.Workspace.Write("final/old.mp4", "old", 1);
        scene.Workspace.Write("final/movie.mp4", "movie", 2);
        scene.Workspace.Write("final/movie_v1.mp4", "newer, but a version", 3);
        scene.Workspace.Write("scenes/b.mp4", "b");
        scene.Workspace.Write("scenes/a/z.mp4", "z");
        scene.Workspace.Write("audio/a.mp3", "sound");
        scene.Workspace.Write("uploads/u.bin", "upload");
        scene.Workspace.Write("character_reference/x.png", "image");
        scene.Workspace.Write("metadata.json", "{}");
        scene.Workspace.Write("script.json", "[]");

        var result = await scene.PersistAsync();

        Assert.That(result.Uploaded, Is.EqualTo(new[]
        {
            "audio/a.mp3", "character_reference/x.png", "final/movie.mp4", "final/movie_v1.mp4", "final/old.mp4", "metadata.json", "scenes/a/z.mp4",
                "scenes/b.mp4",
            "script.json", "uploads/u.bin",
        }));
        Assert.That(result.Skipped.Concat(result.Failed.Select(failure => failure.Path)), Is.Empty);
        Assert.That(result.Ignored, Is.EqualTo(["tmp/"]));
        Assert.That(result.Urls.FinalVideo!.Url, Does.Contain("videos/job-1/final/movie.mp4?"));
        Assert.That(result.Urls.Scenes.Select(url => url.Url), Is.EqualTo([Url("intermediate/scenes/a/z.mp4"), Url("intermediate/scenes/b.mp4")]));
        Assert.That(result.Urls.Audio.Single().Url, Is.EqualTo(Url("intermediate/audio/a.mp3")));
        Assert.That(result.Urls.Uploads.Single().Url, Is.EqualTo(Url("intermediate/uploads/u.bin")));
        Assert.That(result.Urls.CharacterReferences.Single().Url, Is.EqualTo(Url("intermediate/character_reference/x.png")));
        Assert.That(result.Urls.Metadata!.Url, Is.EqualTo(Url("intermediate/metadata.json")));
        Assert.That(result.Urls.Script!.Url, Is.EqualTo(Url("intermediate/script.json")));
        await scene.AssertTidyAsync();
        Assert.That(await scene.ReadSetAsync(), Has.Count.EqualTo(10));
        Assert.That(scene.Log, Has.Some.Contain("10 files uploaded").And.None.Contain("secret"));
    }

    [Test]
    public async Task Persist_WhenAllIsStored_ReportsIt()
    {
        var scene = Scene();
        scene.Workspace.Write("scenes/a.mp4", "abc");

        await scene.PersistAsync();

        await scene.Webhooks.Received(1).EnqueueAsync(
            Arg.Is<WebhookEvent>(message => message.Type == WebhookEvent.JobPersisted
                && message.Data.ToJsonString() ==
                    """{"job_id":"job-1","manifest":"videos/job-1/manifest.json","files":1,"size_bytes":3,"uploaded":1,"skipped":0}"""),
            Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task Persist_WhenTheReportCannotBeRecorded_SaysSoInTheLogAndIsDone()
    {
        var scene = Scene();
        scene.Workspace.Write("scenes/a.mp4", "abc");
        scene.Webhooks.EnqueueAsync(default!, default).ThrowsAsyncForAnyArgs(new LocalStorageException("The disk is full.", new IOException()));

        var result = await scene.PersistAsync();

        Assert.That(result.Uploaded, Has.Count.EqualTo(1));
        Assert.That(scene.Log, Has.Some.Contain("could not be recorded"));
    }

    [Test]
    public async Task Persist_WhenNothingChanged_ReadsTheManifestAndNothingElse()
    {
        var scene = Scene();
        for (var i = 0; i < 300; i++)
        {
            scene.Workspace.Write($"scenes/{i:d4}.mp4", $"scene {i}");
        }

        await scene.PersistAsync();
        var (calls, reads, remembered) = (scene.Store.Calls.Count, scene.Workspace.Reads, scene.Memory.Calls);

        var result = await scene.PersistAsync();

        Assert.That(result.Skipped, Has.Count.EqualTo(300));
        Assert.That(result.Uploaded, Is.Empty);
        Assert.That(scene.Store.Calls.Count - calls, Is.EqualTo(1));
        Assert.That(scene.Workspace.Reads - reads, Is.Zero);
        Assert.That(scene.Memory.Calls - remembered, Is.EqualTo(1));
    }

    [Test]
    public async Task Persist_WhenFilesHaveNoStamp_ReadsThemAgainAndRemembersNothing()
    {
        var scene = Scene();
        scene.Workspace.HasStamps = false;
        scene.Workspace.Write("scenes/1.mp4", "1");
        await scene.PersistAsync();
        var reads = scene.Workspace.Reads;
        Assert.That(scene.Memory.Calls, Is.EqualTo(1));

        Assert.That((await scene.PersistAsync()).Skipped, Is.EqualTo(["scenes/1.mp4"]));

        Assert.That(scene.Workspace.Reads - reads, Is.EqualTo(1));
    }

    [Test]
    public async Task Persist_WhenTheMemoryIsWrong_ReadsTheFileAgain()
    {
        var scene = Scene();
        scene.Workspace.Write("scenes/1.mp4", "1");
        var wrong = new ContentDigest(1, ContentHash.FromDigest(new byte[32]), 0);
        await scene.Memory.RememberAsync("job-1", [new RememberedDigest("scenes/1.mp4", "1", wrong)], default);

        Assert.That((await scene.PersistAsync()).Uploaded, Is.EqualTo(["scenes/1.mp4"]));

        Assert.That(await scene.ReadSetAsync(), Is.EquivalentTo(new Dictionary<string, string> { ["scenes/1.mp4"] = "1" }));
    }

    [Test]
    public async Task Persist_WhenFilesLeftTheWorkspace_TheyStayInTheSet()
    {
        var scene = Scene();
        scene.Workspace.Write("scenes/1.mp4", "1");
        await scene.PersistAsync();
        scene.Workspace.Delete(AJobAsset.PathOf("scenes/1.mp4"));
        scene.Workspace.Write("scenes/2.mp4", "2");

        var result = await scene.PersistAsync();

        Assert.That(result.Urls.Scenes, Has.Count.EqualTo(2));
        Assert.That((await scene.ReadSetAsync()).Keys, Is.EquivalentTo(["scenes/1.mp4", "scenes/2.mp4"]));
    }

    [Test]
    public async Task Persist_WhenAnEarlierSystemStoredFilesWithoutAManifest_TakesThemIntoTheSet()
    {
        var scene = Scene();
        await scene.Store.SaveAsync(AssetKey.Parse("videos/job-1/intermediate/scenes/old.mp4"), Content("old"), default);
        await scene.Store.SaveAsync(AssetKey.Parse("videos/job-1/final/movie.mp4"), Content("old movie"), default);
        await scene.Store.SaveAsync(AssetKey.Parse("videos/job-1/final/movie_v7.mp4"), Content("very old movie"), default);
        scene.Workspace.Write("final/movie.mp4", "movie");

        await scene.PersistAsync();

        Assert.That(await scene.ReadSetAsync(), Is.EquivalentTo(new Dictionary<string, string>
        {
            ["final/movie.mp4"] = "movie",
            ["final/movie_v7.mp4"] = "very old movie",
            ["scenes/old.mp4"] = "old",
        }));
        Assert.That(await scene.VersionsAsync("final/movie.mp4"), Is.EqualTo([8]));
        Assert.That(await scene.TextAsync(AssetKey.Parse("videos/job-1/final/movie_v8.mp4")), Is.EqualTo("old movie"));
        Assert.That(await scene.TextAsync(AssetKey.Parse("videos/job-1/final/movie.mp4")), Is.EqualTo("movie"));
    }

    [TestCase(0, new int[0])]
    [TestCase(1, new[] { 12 })]
    [TestCase(3, new[] { 10, 11, 12 })]
    public async Task Persist_WhenAFileIsReplaced_KeepsTheNewestVersionsByNumber(int limit, int[] kept)
    {
        var scene = Scene(limit);
        for (var i = 0; i <= 12; i++)
        {
            scene.Workspace.Write("final/movie.mp4", $"movie {i}");
            await scene.PersistAsync();
        }

        Assert.That(await scene.VersionsAsync("final/movie.mp4"), Is.EqualTo(kept));
        foreach (var number in kept)
        {
            Assert.That(await scene.TextAsync(AssetKey.Parse($"videos/job-1/final/movie_v{number}.mp4")), Is.EqualTo($"movie {number - 1}"));
        }

        await scene.AssertTidyAsync();
    }

    [Test]
    public async Task Persist_WhenAReplacedFileIsBackedUpAlready_KeepsItOnce()
    {
        var scene = Scene(limit: 3);
        scene.Workspace.Write("final/movie.mp4", "movie 0");
        await scene.PersistAsync();
        await scene.BackupAsync("final/movie.mp4");
        scene.Workspace.Write("final/movie.mp4", "movie 1");

        await scene.PersistAsync();

        Assert.That(await scene.VersionsAsync("final/movie.mp4"), Is.EqualTo([1]));
        Assert.That(await scene.TextAsync(AssetKey.Parse("videos/job-1/final/movie_v1.mp4")), Is.EqualTo("movie 0"));
    }

    [Test]
    public async Task Persist_WhenTheWorkspaceWritesVersionsItself_LosesNone()
    {
        var scene = Scene(limit: 2);
        scene.Workspace.Write("final/movie.mp4", "movie 0");
        for (var i = 1; i <= 4; i++)
        {
            await scene.PersistAsync();
            scene.Workspace.Write($"final/movie_v{i}.mp4", $"movie {i - 1}, kept by the pipeline");
            scene.Workspace.Write("final/movie.mp4", $"movie {i}");
        }

        await scene.PersistAsync();

        var set = await scene.ReadSetAsync();
        Assert.That(set["final/movie.mp4"], Is.EqualTo("movie 4"));
        Assert.That(Enumerable.Range(1, 4)
            .Select(i => set[$"final/movie_v{i}.mp4"]), Is.EqualTo(Enumerable.Range(0, 4).Select(i => $"movie {i}, kept by the pipeline")));
        var versions = new List<string?>();
        foreach (var version in (await scene.ManifestAsync())!.Versions.Where(version => version.Of.Value == "final/movie.mp4")
            .OrderBy(version => version.Number))
        {
            versions.Add(await scene.TextAsync(version.Asset.Key));
        }

        Assert.That(versions, Is.EqualTo(["movie 2", "movie 3"]));
        await scene.AssertTidyAsync();
    }

    [Test]
    public async Task Persist_WhenTheReplacedBytesAreGoneOrDamaged_StillCommitsTheNewOnes()
    {
        var scene = Scene();
        scene.Workspace.Write("scenes/1.mp4", "one");
        scene.Workspace.Write("scenes/2.mp4", "two");
        await scene.PersistAsync();
        await scene.Store.DeleteAsync(AssetKey.Parse("videos/job-1/intermediate/scenes/1.mp4"), default);
        await File.WriteAllTextAsync(scene.FileOf("videos/job-1/intermediate/scenes/2.mp4"), "tow");
        scene.Workspace.Write("scenes/1.mp4", "one more");
        scene.Workspace.Write("scenes/2.mp4", "two more");

        await scene.PersistAsync();

        Assert.That((await scene.ReadSetAsync()).Values, Is.EquivalentTo(["one more", "two more"]));
        Assert.That((await scene.ManifestAsync())!.Versions, Is.Empty);
        await scene.AssertTidyAsync();
    }

    [Test]
    public async Task Persist_WhenTheStoredFileIsDamaged_ReplacesItAndNamesIt()
    {
        var scene = Scene();
        scene.Workspace.Write("final/v.mp4", "video");
        scene.Workspace.Write("scenes/1.mp4", "one");
        await scene.PersistAsync();
        var manifest = await scene.ManifestAsync();
        FileDamage.Flip(scene.FileOf("videos/job-1/final/v.mp4"));

        var result = await scene.PersistAsync();

        Assert.That((result.Uploaded, result.Skipped), Is.EqualTo((new[] { "final/v.mp4" }, new[] { "scenes/1.mp4" })));
        Assert.That(await File.ReadAllTextAsync(scene.FileOf("videos/job-1/final/v.mp4")), Is.EqualTo("video"));
        Assert.That((await scene.ManifestAsync())!.StoredAt, Is.EqualTo(manifest!.StoredAt), "the set is the same");
        Assert.That(scene.Log, Has.Some.Contains("Replaced the damaged bytes of final/v.mp4"));
        Assert.That((await scene.PersistAsync()).Skipped, Is.EqualTo(["final/v.mp4", "scenes/1.mp4"]));
    }

    [Test]
    public async Task Persist_WhenAByteOfTheManifestIsFlipped_WritesANewOne()
    {
        var scene = Scene();
        scene.Workspace.Write("scenes/1.mp4", "1");
        await scene.PersistAsync();
        var path = scene.FileOf("videos/job-1/manifest.json");
        var json = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, json.Replace("scenes/1.mp4", "scenes/7.mp4", StringComparison.Ordinal));
        Assert.That((await scene.Manifests.FindAsync(AJobAsset.Job, default)).Error?.Detail, Does.Contain("not those that were stored"));

        await scene.PersistAsync();

        Assert.That((await scene.ReadSetAsync()).Keys, Is.EquivalentTo(["scenes/1.mp4"]));
    }

    [Test]
    public async Task Persist_WhenAFileChangesWhileItIsRead_ReadsItAgain()
    {
        var scene = Scene();
        scene.Workspace.Write("scenes/1.mp4", "before");
        var opened = 0;
        scene.Workspace.Opened = path =>
        {
            // Once while it is hashed and once while it is sent.
            if (++opened is 1 or 3)
            {
                scene.Workspace.Write(path.Value, $"after {opened}", opened);
            }
        };

        var result = await scene.PersistAsync();

        Assert.That(result.Uploaded, Is.EqualTo(["scenes/1.mp4"]));
        Assert.That((await scene.ReadSetAsync())["scenes/1.mp4"], Is.EqualTo("after 3"));
        Assert.That((await scene.ManifestAsync())!.Files.Single().ModifiedAt, Is.EqualTo(AJobAsset.Noon.AddMinutes(3)));
        await scene.AssertTidyAsync();
    }

    [Test]
    public async Task Persist_WhenAFileChangesAllTheTime_NamesItAndCommitsTheRest()
    {
        var scene = Scene();
        scene.Workspace.Write("scenes/1.mp4", "1");
        await scene.PersistAsync();
        scene.Workspace.Write("scenes/2.mp4", "2");
        scene.Workspace.Write("scenes/3.mp4", "3");
        var writes = 0;
        scene.Workspace.Opened = path =>
        {
            if (path.Value == "scenes/2.mp4")
            {
                scene.Workspace.Write(path.Value, $"2 again {++writes}", writes);
            }
        };

        var result = await scene.PersistAsync();

        Assert.That(result.Failed.Single(), Has.Property("Path").EqualTo("scenes/2.mp4").And.Property("Error").EqualTo(ErrorKind.Conflict)
            .And.Property("Detail").Contains("changed"));
        Assert.That(result.Uploaded, Is.EqualTo(["scenes/3.mp4"]));
        Assert.That((await scene.ReadSetAsync()).Keys, Is.EquivalentTo(["scenes/1.mp4", "scenes/3.mp4"]));
        Assert.That((await scene.ManifestAsync())!.RefusedFiles.Single().Path, Is.EqualTo("scenes/2.mp4"));
        Assert.That(writes, Is.EqualTo(3));

        scene.Workspace.Opened = null;
        result = await scene.PersistAsync();
        Assert.That((result.Uploaded, result.Skipped), Is.EqualTo(
            (new[] { "scenes/2.mp4" }, new[] { "scenes/1.mp4", "scenes/3.mp4" })).Using<(IReadOnlyList<string>, IReadOnlyList<string>)>(
            (a, b) => a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2)));
        await scene.AssertTidyAsync();
    }

    [Test]
    public async Task Persist_WhenAnEntryIsRejected_CommitsTheRestAndListsItInTheManifest()
    {
        var scene = Scene();
        scene.Workspace.Write("scenes/1.mp4", "1");
        scene.Workspace.Refused.Add(new RefusedWorkspaceEntry("scenes/link.mp4", "It is a link."));

        var result = await scene.PersistAsync();

        Assert.That(result.Failed.Single(), Is.EqualTo(new JobFileFailure("scenes/link.mp4", ErrorKind.ValidationError, "It is a link.")));
        Assert.That(result.Uploaded, Is.EqualTo(["scenes/1.mp4"]));
        Assert.That(result.Manifest!.RefusedFiles, Is.EqualTo([new RefusedJobFile("scenes/link.mp4", "It is a link.")]));
        Assert.That((await scene.ManifestAsync())!.IsComplete, Is.False);
        Assert.That(result.Urls.Scenes, Has.Count.EqualTo(1));

        await scene.ReplaceMetadata.HandleAsync(AJobAsset.Job, "{}"u8.ToArray(), default);
        Assert.That((await scene.ManifestAsync())!.RefusedFiles, Has.Count.EqualTo(1), "another change leaves it");

        scene.Workspace.Refused.Clear();
        await scene.PersistAsync();
        Assert.That((await scene.ManifestAsync())!.IsComplete, Is.True);
    }

    [Test]
    public async Task Persist_WhenAFolderHasTheNameOfAStoredFile_NamesTheFileAndCanBeRetried()
    {
        var scene = Scene();
        scene.Workspace.Write("scenes/a", "1");
        await scene.PersistAsync();
        scene.Workspace.Delete(AJobAsset.PathOf("scenes/a"));
        scene.Workspace.Write("scenes/a/b", "2");

        var result = await scene.PersistAsync();

        Assert.That(result.Failed.Single(), Has.Property("Error").EqualTo(ErrorKind.Conflict).And.Property("Detail").Contains("scenes/a"));
        Assert.That(await scene.ReadSetAsync(), Is.EquivalentTo(new Dictionary<string, string> { ["scenes/a"] = "1" }));
    }

    [Test]
    public async Task Persist_WhenTheStoreGoesDownHalfWay_ReturnsWhatFailedAndContinuesLater()
    {
        var scene = Scene(concurrency: 2);
        for (var i = 0; i < 20; i++)
        {
            scene.Workspace.Write($"scenes/{i:d2}.mp4", $"scene {i}");
        }

        scene.Store.FailAt = 12;
        var result = await scene.PersistAsync();

        Assert.That(result.Uploaded, Is.Empty, "nothing was committed");
        Assert.That(result.Failed.Count, Is.InRange(1, 19));
        Assert.That(result.Failed.Select(failure => failure.Error), Is.All.EqualTo(ErrorKind.StorageUnavailable));
        await scene.Webhooks.DidNotReceiveWithAnyArgs().EnqueueAsync(default!, default);
        Assert.That(scene.Store.Calls, Has.Count.LessThan(12 + 6), "a store that is down is not called once per file");
        Assert.That(result.Manifest, Is.Null);

        scene.Store.FailAt = int.MaxValue;
        result = await scene.PersistAsync();
        Assert.That(result.Skipped, Is.Not.Empty);
        Assert.That(result.Manifest!.Files, Has.Count.EqualTo(20));
        await scene.AssertTidyAsync();
    }

    [Test]
    public async Task Persist_WhenNothingCanBeStored_IsUnavailable()
    {
        var scene = Scene();
        scene.Workspace.Write("scenes/1.mp4", "1");
        scene.Store.FailAt = 2; // the manifest can still be looked for

        Assert.That((await scene.TryPersistAsync()).Error?.Kind, Is.EqualTo(ErrorKind.StorageUnavailable));
    }

    [Test]
    public async Task Persist_WhenOnlyTheManifestIsRejected_SaysSo()
    {
        var scene = Scene(concurrency: 1);
        scene.Workspace.Write("scenes/1.mp4", "1");
        scene.Store.Before = call => ThrowUnreachable(call.EndsWith(Manifest, StringComparison.Ordinal) && scene.Store.Calls.Count > 1, "Not now.");

        var result = await scene.PersistAsync();

        Assert.That(result.Failed.Single(), Is.EqualTo(new JobFileFailure("manifest.json", ErrorKind.StorageUnavailable, "Not now.")));
        Assert.That(result.Uploaded, Is.Empty);
        Assert.That(result.Manifest, Is.Null);
    }

    [Test]
    public async Task Persist_WhenThereIsNothing_IsNotFoundAndSaysWhereItLooked()
    {
        var scene = Scene();
        var absent = await scene.TryPersistAsync();
        Directory.CreateDirectory(scene.Workspace.PathOf(""));
        var empty = await scene.TryPersistAsync();

        foreach (var result in new[] { absent, empty })
        {
            Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
            Assert.That(result.Error!.Detail, Does.Contain("mv/jobs/job-1"));
        }

        Assert.That(absent.Error!.Detail, Is.Not.EqualTo(empty.Error!.Detail));
    }

    [Test]
    public async Task Persist_WhenTheWorkspaceIsNotThereAndTheSetIs_IsNotFoundAndKeepsTheSet()
    {
        var scene = Scene();
        scene.Workspace.Write("scenes/1.mp4", "1");
        await scene.PersistAsync();

        var result = await scene.TryPersistAsync("typo");

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
        Assert.That(result.Error!.Detail, Does.Contain("mv/jobs/typo").And.Not.Contain("no assets"));
        Assert.That((await scene.ReadSetAsync()).Keys, Is.EqualTo(["scenes/1.mp4"]));
    }

    [Test]
    public async Task Persist_WhenTheWorkspaceIsEmptyAndTheSetIsThere_ReturnsTheSet()
    {
        var scene = Scene();
        scene.Workspace.Write("scenes/1.mp4", "1");
        await scene.PersistAsync();
        scene.Workspace.Delete(AJobAsset.PathOf("scenes/1.mp4"));

        var result = await scene.PersistAsync();

        Assert.That(result.Urls.Scenes, Has.Count.EqualTo(1));
        Assert.That(result.Uploaded.Concat(result.Skipped), Is.Empty);
    }

    [Test]
    public async Task Persist_WhenTheStoreGoesDownAfterTheCommit_LogsTheCauseInOneLine()
    {
        var scene = Scene(concurrency: 1);
        scene.Workspace.Write("scenes/1.mp4", "1");
        await scene.PersistAsync();
        scene.Workspace.Write("scenes/1.mp4", "2");
        var calls = 0;
        scene.Store.Before = call =>
            ThrowUnreachable(call.EndsWith(Manifest, StringComparison.Ordinal) && ++calls > 2, "The bucket is away."); // read, then committed

        await scene.PersistAsync();

        var lines = scene.Log.Where(line => line.Contains("was committed, but", StringComparison.Ordinal)).ToList();
        Assert.That(lines, Has.Count.EqualTo(1));
        Assert.That(lines[0], Does.StartWith("Warning").And.Contain("The bucket is away.").And.Not.Contain("   at "));
        Assert.That(scene.Log, Has.Some.StartsWith("Debug").And.Some.Contains("   at "));
    }

    [Test]
    public async Task Persist_WhenTheManifestIsDamaged_WritesANewOneWithAllThatIsThere()
    {
        var scene = Scene();
        scene.Workspace.Write("scenes/1.mp4", "1");
        scene.Workspace.Write("scenes/2.mp4", "2");
        await scene.PersistAsync();
        await scene.Store.ReplaceAsync(AssetLayout.JobManifest(AJobAsset.Job), Content("{"), default);
        scene.Workspace.Delete(AJobAsset.PathOf("scenes/2.mp4"));

        await scene.PersistAsync();

        Assert.That((await scene.ReadSetAsync()).Keys, Is.EquivalentTo(["scenes/1.mp4", "scenes/2.mp4"]));
    }

    [Test]
    public async Task Persist_WhenAnotherIsAtWork_IsAConflictWithATimeAndTheFirstIsNotDisturbed()
    {
        var scene = Scene();
        scene.Workspace.Write("scenes/1.mp4", "1");
        var reached = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        scene.Store.Gate = async () =>
        {
            reached.TrySetResult();
            await release.Task;
        };
        var first = scene.TryPersistAsync();
        await reached.Task;

        foreach (var error in new[] { (await scene.TryPersistAsync()).Error, (await scene.BackupAsync("scenes/1.mp4")).Error })
        {
            Assert.That(error?.Kind, Is.EqualTo(ErrorKind.Conflict));
            Assert.That(error!.RetryAfter, Is.GreaterThan(TimeSpan.Zero));
        }

        release.SetResult();
        Assert.That((await first).Value!.Uploaded, Has.Count.EqualTo(1));
        Assert.That((await scene.PersistAsync()).Skipped, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Persist_WhenThereAreAThousandFiles_StoresAndReplacesThem()
    {
        var scene = Scene(concurrency: 8);
        for (var i = 0; i < 1000; i++)
        {
            scene.Workspace.Write($"scenes/{i % 10}/{i}.txt", $"scene {i}");
        }

        Assert.That((await scene.PersistAsync()).Uploaded, Has.Count.EqualTo(1000));
        for (var i = 0; i < 1000; i += 10)
        {
            scene.Workspace.Write($"scenes/{i % 10}/{i}.txt", $"scene {i} again");
        }

        var result = await scene.PersistAsync();

        Assert.That((result.Uploaded.Count, result.Skipped.Count), Is.EqualTo((100, 900)));
        await scene.AssertTidyAsync();
    }

    [Test]
    public async Task Persist_WhenThePathLeadsOut_IsRejected() =>
        Assert.That(
            (await Scene().TryPersistAsync("../x")).Error,
            Has.Property("Field").EqualTo("local_base_path"));

    private static string Url(string path) => $"https://signed/videos/job-1/{path}?secret";

    private static void ThrowUnreachable(bool isDown, string message)
    {
        if (isDown)
        {
            throw new AssetStoreUnavailableException(message, AssetStoreFault.Unreachable);
        }
    }

    private static AssetContent Content(string text) => AssetContent.FromBytes(Encoding.UTF8.GetBytes(text), "video/mp4");

    private SetScene Scene(int limit = 1, int concurrency = 4)
    {
        _scenes.Add(new SetScene(limit, concurrency));
        return _scenes[^1];
    }
}
