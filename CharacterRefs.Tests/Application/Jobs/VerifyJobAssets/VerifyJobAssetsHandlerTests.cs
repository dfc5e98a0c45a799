using CharacterRefs.Application.Jobs.VerifyJobAssets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.VerifyJobAssets;

[Category("Integration")]
internal sealed class VerifyJobAssetsHandlerTests
{
    private static readonly string[] s_paths = ["audio/a.mp3", "final/movie.mp4", "scenes/b.mp4"];

    private readonly SetScene _scene = new();

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [Test]
    public async Task Verify_WhenTheStoreHasWhatTheManifestSays_IsOk([Values] VerifyDepth depth)
    {
        await _scene.CommitAsync(s_paths);

        var verified = await _scene.VerifyAsync(depth);

        Assert.That(verified.IsComplete, Is.True);
        Assert.That(verified.Ok, Is.EqualTo(s_paths.Order(StringComparer.Ordinal)));
        Assert.That((verified.Depth, verified.Missing.Count, verified.Extra.Count, verified.Corrupt.Count), Is.EqualTo((depth, 0, 0, 0)));
    }

    [Test]
    public async Task Verify_WhenBySize_ListsOnceForAllFiles()
    {
        await _scene.CommitAsync(s_paths);

        await _scene.VerifyAsync(VerifyDepth.Size);

        Assert.That(_scene.Store.Calls, Is.EqualTo(["Open videos/job-1/manifest.json", "List videos/job-1/"]));
    }

    [Test]
    public async Task Verify_WhenFilesAreMissingOrOfAnotherLength_NamesThem([Values] VerifyDepth depth)
    {
        var manifest = await _scene.CommitAsync(s_paths);
        await _scene.Store.DeleteAsync(manifest.Files[0].Key, default);
        File.WriteAllBytes(_scene.FileOf(manifest.Files[2].Key.Value), [1]);

        var verified = await _scene.VerifyAsync(depth);

        Assert.That(verified.IsComplete, Is.False);
        Assert.That(verified.Missing, Is.EqualTo(["audio/a.mp3"]));
        Assert.That(verified.Corrupt, Is.EqualTo(["scenes/b.mp4"]));
        Assert.That(verified.Ok, Is.EqualTo(s_paths.Order(StringComparer.Ordinal).Except(["audio/a.mp3", "scenes/b.mp4"])));
        Assert.That(verified.Extra, Is.Empty);
    }

    [Test]
    public async Task Verify_WhenOneByteIsAnother_SeesItOnlyByReading([Values] VerifyDepth depth)
    {
        await _scene.CommitAsync(s_paths);
        _scene.Damage("final/movie.mp4");

        var verified = await _scene.VerifyAsync(depth);

        Assert.That(verified.Corrupt, Is.EqualTo(depth is VerifyDepth.Hash ? ["final/movie.mp4"] : Array.Empty<string>()));
    }

    [Test]
    public async Task Verify_WhenTheStoreHasMore_NamesWhatIsNotTheSetsOwnAndIsOk()
    {
        var manifest = await _scene.CommitAsync(s_paths);
        var version = (await _scene.StoreAsync("final/movie_v1.mp4"))[0];
        var leftover = (await _scene.StoreAsync("final/movie_v0.mp4"))[0].Key;
        await _scene.Manifests.WriteAsync(
            manifest with { Versions = [new JobAssetVersion(manifest.Files[1].Path, 1, version)], Leftovers = [leftover] }, default);
        await _scene.StoreAsync("character_reference/new.png");
        _scene.PutForeign("videos/job-1/.incoming/0123", [1]);
        _scene.PutForeign("videos/job-1/notes.txt", [1]);
        _scene.PutForeign("videos/job-1/intermediate/scenes/bad.", [1]);

        var verified = await _scene.VerifyAsync();

        Assert.That(verified.IsComplete, Is.True);
        Assert.That(verified.Extra, Is.EqualTo(["character_reference/new.png", "videos/job-1/intermediate/scenes/bad.", "videos/job-1/notes.txt"]));
    }

    [Test]
    public async Task Verify_WhenNewBytesStillWait_IsOkWithTheBytesAtTheirKey()
    {
        var manifest = await _scene.CommitAsync(s_paths);
        var content = AssetContent.FromBytes(new byte[] { 1, 2, 3 }, "video/mp4");
        var incoming = AssetLayout.JobIncoming(AJobAsset.Job, content.Sha256);
        await _scene.Store.SaveAsync(incoming, content, default);
        var files = manifest.Files.Select(file => file.Path.Name == "movie.mp4" ? file with { Key = incoming, SizeBytes = 3, Sha256 = content.Sha256 } : file);
        await _scene.Manifests.WriteAsync(manifest with { Files = [.. files] }, default);

        var verified = await _scene.VerifyAsync();

        Assert.That((verified.IsComplete, verified.Extra.Count), Is.EqualTo((true, 0)));
    }

    [Test]
    public async Task Verify_WhenTheSetChangesMeanwhile_GoesByTheNewerManifest()
    {
        var manifest = await _scene.CommitAsync(s_paths);
        var changed = false;
        _scene.Store.Before = call =>
        {
            if (call.StartsWith("List", StringComparison.Ordinal) && !changed)
            {
                changed = true;
                _scene.Store.DeleteAsync(manifest.Files[0].Key, default).GetAwaiter().GetResult();
                _scene.Manifests.WriteAsync(manifest with { Files = [.. manifest.Files.Skip(1)] }, default).GetAwaiter().GetResult();
            }
        };

        var verified = await _scene.VerifyAsync(VerifyDepth.Size);

        Assert.That(verified.Missing, Is.Empty);
    }

    [Test]
    public async Task Verify_WhenAFileIsRemovedAfterTheListing_IsMissing()
    {
        var manifest = await _scene.CommitAsync(s_paths);
        _scene.Store.Before = call =>
        {
            if (call == $"Open {manifest.Files[1].Key}")
            {
                File.Delete(_scene.FileOf(manifest.Files[1].Key.Value));
            }
        };

        Assert.That((await _scene.VerifyAsync()).Missing, Is.EqualTo(["final/movie.mp4"]));
    }

    [Test]
    public async Task Verify_WhenAnEntryCannotBeTrusted_IsCorrupt()
    {
        await _scene.CommitAsync(s_paths);
        await _scene.RewriteManifestAsync("\"path\": \"final/movie.mp4\"", "\"path\": \"../movie.mp4\"");

        var verified = await _scene.VerifyAsync();

        Assert.That((verified.IsComplete, verified.Corrupt.Single()), Is.EqualTo((false, "../movie.mp4")));
    }

    [Test]
    public async Task Verify_WhenTheStoreDoesNotRespond_SaysNothingAboutFiles()
    {
        await _scene.CommitAsync(s_paths);
        _scene.Store.Before = call =>
        {
            if (call.EndsWith(".mp4", StringComparison.Ordinal))
            {
                throw new AssetStoreUnavailableException("It is down.", AssetStoreFault.Unreachable);
            }
        };

        Assert.That(() => _scene.VerifyAsync(), Throws.InstanceOf<AssetStoreUnavailableException>());
    }

    [Test]
    public async Task Verify_WhenCanceled_Stops()
    {
        await _scene.CommitAsync(s_paths);
        using var cancellation = new CancellationTokenSource();
        _scene.Store.Reading = (key, content) =>
        {
            if (key.Name != "manifest.json")
            {
                cancellation.Cancel();
            }

            return content;
        };

        Assert.That(() => _scene.Verify.HandleAsync(AJobAsset.Job, VerifyDepth.Hash, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Verify_WithoutAManifest_IsNotFound()
    {
        await _scene.StoreAsync(s_paths);

        var error = (await _scene.Verify.HandleAsync(AJobAsset.Job, VerifyDepth.Size, default)).Error!;

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.NotFound));
        Assert.That(error.Detail, Is.EqualTo("Job job-1 has no manifest in the store, so it has no complete set. Persist the job to write one."));
    }
}
