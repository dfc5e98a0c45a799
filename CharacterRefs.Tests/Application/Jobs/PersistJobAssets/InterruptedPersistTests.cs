using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Storage.LocalDisk;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.PersistJobAssets;

/// <summary>
/// A persist with changes that ends at any one of its calls to the store: the set is the old one or the new one, and the next persist completes it.
/// </summary>
[Category("Integration")]
internal sealed class InterruptedPersistTests
{
    private static readonly Dictionary<string, string> s_old = new()
    {
        ["audio/a.mp3"] = "sound 1",
        ["final/movie.mp4"] = "movie 1",
        ["metadata.json"] = "{ }",
        ["scenes/1.mp4"] = "scene 1",
        ["scenes/2.mp4"] = "scene 2",
        ["scenes/gone.mp4"] = "left the workspace",
    };

    // Two of them have the same new bytes and different types; one has the name of a version that is kept.
    private static readonly Dictionary<string, string> s_changes = new()
    {
        ["audio/a.mp3"] = "the same",
        ["final/movie.mp4"] = "movie 3",
        ["final/movie_v1.mp4"] = "written by somebody else",
        ["metadata.json"] = "{ \"a\": 1 }",
        ["scenes/1.mp4"] = "the same",
        ["scenes/3.mp4"] = "scene 3",
    };

    private static readonly Dictionary<string, string> s_new = s_old.Where(file => !s_changes.ContainsKey(file.Key)).Concat(s_changes).ToDictionary();

    private static readonly string[] s_versions =
        ["audio/a.mp3 = sound 1", "final/movie.mp4 = movie 2", "metadata.json = { }", "scenes/1.mp4 = scene 1"];

    [TestCase(true, false, 1)]
    [TestCase(true, true, 1)]
    [TestCase(false, false, 1)]
    [TestCase(true, false, 4)]
    public async Task Persist_WhenItEndsAtAnyCall_OldOrNewIsCurrentAndTheNextCompletesIt(bool isDead, bool isDone, int concurrency)
    {
        using var root = new TempDirectory();
        await PrepareAsync(new LocalAssetStore(new DataRootOptions { Path = Path.Join(root.FullPath, "before") }), Path.Join(root.FullPath, "jobs"));
        var calls = int.MaxValue;
        for (var n = 1; n <= calls; n++)
        {
            var copy = Path.Join(root.FullPath, $"{n}");
            Copy(Path.Join(root.FullPath, "before"), copy);
            var store = new LocalAssetStore(new DataRootOptions { Path = copy });

            var made = await RunAsync(store, Path.Join(root.FullPath, "jobs"), n, isDead, isDone, concurrency);

            calls = made < n ? made : calls;
            Directory.Delete(copy, recursive: true);
        }

        Assert.That(calls, Is.InRange(40, 150));
    }

    [Test]
    public async Task Persist_WhenItEndsAtSomeCallsOnS3_OldOrNewIsCurrentAndTheNextCompletesIt()
    {
        foreach (var n in new[] { 5, 25, 30, 35, 40, 45, 50, 55, 60, 65 })
        {
            using var root = new TempDirectory();
            await using var bucket = await S3TestServer.CreateBucketAsync();
            await PrepareAsync(bucket.Store, root.FullPath);

            await RunAsync(bucket.Store, root.FullPath, n, isDead: true, isDone: n % 2 == 0, concurrency: 1);
        }
    }

    /// <summary>Two persists, so that a version is there whose name a new file takes.</summary>
    private static async Task PrepareAsync(IAssetStore store, string jobs)
    {
        using var scene = Scene(store, jobs);
        Write(scene, s_old);
        scene.Workspace.Write("final/movie.mp4", "movie 0");
        await scene.PersistAsync();
        scene.Workspace.Write("final/movie.mp4", "movie 1");
        await scene.PersistAsync();
        scene.Workspace.Write("final/movie.mp4", "movie 2");
        await scene.PersistAsync();
        await scene.AssertTidyAsync();
        Assert.That(await scene.VersionsAsync("final/movie.mp4"), Is.EqualTo([2]));
    }

    /// <returns>How many calls the persist made before it was let go on.</returns>
    private static async Task<int> RunAsync(IAssetStore store, string jobs, int failAt, bool isDead, bool isDone, int concurrency)
    {
        var old = s_old.ToDictionary();
        old["final/movie.mp4"] = "movie 2";
        using var interrupted = Scene(store, jobs, concurrency);
        Write(interrupted, s_changes);
        interrupted.Workspace.Write("final/movie_v2.mp4", "takes the name of a version");
        File.Delete(interrupted.Workspace.PathOf("scenes/gone.mp4"));
        (interrupted.Store.FailAt, interrupted.Store.IsDead, interrupted.Store.IsDone) = (failAt, isDead, isDone);
        try
        {
            await interrupted.TryPersistAsync();
        }
        catch (AssetStoreUnavailableException)
        {
            // So early that there is nothing to return.
        }

        var made = interrupted.Store.Calls.Count;
        using var scene = Scene(store, jobs, concurrency);
        Write(scene, s_changes);
        scene.Workspace.Write("final/movie_v2.mp4", "takes the name of a version");
        var young = s_new.Append(new("final/movie_v2.mp4", "takes the name of a version")).ToDictionary();
        Assert.That(await scene.ReadSetAsync(), Is.EquivalentTo(old).Or.EquivalentTo(young), $"after call {failAt}");

        await scene.PersistAsync();

        Assert.That(await scene.ReadSetAsync(), Is.EquivalentTo(young), $"after call {failAt}");
        await scene.AssertTidyAsync();
        var versions = new List<string>();
        foreach (var version in (await scene.ManifestAsync())!.Versions)
        {
            versions.Add($"{version.Of} = {await scene.TextAsync(version.Asset.Key)}");
        }

        Assert.That(versions, Is.EquivalentTo(s_versions), $"after call {failAt}");
        return made;
    }

    private static SetScene Scene(IAssetStore store, string jobs, int concurrency = 1) => new(concurrency: concurrency, store: store, jobs: jobs);

    private static void Write(SetScene scene, Dictionary<string, string> files)
    {
        foreach (var (path, text) in files)
        {
            scene.Workspace.Write(path, text);
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var directory in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(directory.Replace(from, to, StringComparison.Ordinal));
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, file.Replace(from, to, StringComparison.Ordinal));
        }
    }
}
