using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.Sets;

[Category("Integration")]
internal sealed class SetReaderTests
{
    private readonly SetScene _scene = new();

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [Test]
    public async Task Find_WithoutAManifest_StripsTheFolderIntermediateOnceAndOnlyAtTheFront()
    {
        string[] folders = ["intermediate", "final", "scenes", "videos", "job-1", ".incoming", "x"];
        var paths = new[] { "final", "scenes", "audio", "uploads", "character_reference" }
            .SelectMany(top => folders.SelectMany(first => folders.Select(second => $"{top}/{first}/{second}/intermediate")))
            .Append("metadata.json")
            .Append("script.json")
            .Order(StringComparer.Ordinal)
            .ToList();
        await _scene.StoreAsync(paths);

        var set = (await _scene.Sets.FindAsync(AJobAsset.Job, default)).Value!;

        Assert.That(set.Manifest, Is.Null);
        Assert.That(set.Files.Select(file => file.Path.Value), Is.EqualTo(paths));
        Assert.That(set.Files, Is.All.Matches<SetFile>(
            file => file!.Key == AssetLayout.JobAsset(AJobAsset.Job, file.Path) && file.SizeBytes == SetScene.Bytes(file.Path.Value).Length));
        Assert.That(set.Refused, Is.Empty);
    }

    [TestCase("intermediate/intermediate/scenes/a.mp4", "intermediate/scenes/a.mp4")]
    [TestCase("notes.txt", "notes.txt")]
    [TestCase("intermediate/other/a.mp4", "other/a.mp4")]
    [TestCase("intermediate/final/movie.mp4", "videos/job-1/intermediate/final/movie.mp4")]
    [TestCase(".incoming/a.", null)]
    public async Task Find_WhenAnObjectHasNoPlace_NamesIt(string rest, string? ignored)
    {
        await _scene.StoreAsync("final/movie.mp4");
        _scene.PutForeign($"videos/job-1/{rest}", [1]);

        var set = (await _scene.Sets.FindAsync(AJobAsset.Job, default)).Value!;

        Assert.That(set.Files.Select(file => file.Path.Value), Is.EqualTo(["final/movie.mp4"]));
        Assert.That(set.Refused, Is.Empty);
        Assert.That(set.Ignored, Is.EqualTo(ignored is null ? [] : new[] { ignored }));
    }

    [TestCase("intermediate/final/a.mp4", "final/a.mp4")]
    [TestCase("scenes/a.mp4", "scenes/a.mp4")]
    [TestCase("metadata.json", "metadata.json")]
    public async Task Find_WhenTheFolderIntermediateIsMissingOrTooMuch_FindsThePlace(string rest, string path)
    {
        _scene.PutForeign($"videos/job-1/{rest}", [1]);

        var set = (await _scene.Sets.FindAsync(AJobAsset.Job, default)).Value!;

        Assert.That(set.Files.Select(file => (file.Path.Value, file.Key.Value)), Is.EqualTo([(path, $"videos/job-1/{rest}")]));
        Assert.That(set.Ignored, Is.Empty);
    }

    [TestCase("intermediate/scenes/a.", "scenes/a.")]
    [TestCase("final/..a\\b", "final/..a\\b")]
    [TestCase("intermediate/intermediate/a ", "intermediate/a ")]
    public async Task Find_WhenANameCanBeNoFileOfAWorkspace_RejectsItByName(string rest, string path)
    {
        await _scene.StoreAsync("final/movie.mp4");
        _scene.PutForeign($"videos/job-1/{rest}", [1]);

        var set = (await _scene.Sets.FindAsync(AJobAsset.Job, default)).Value!;

        var refused = set.Refused.Single();
        Assert.That((refused.Path, refused.Error), Is.EqualTo((path, ErrorKind.ValidationError)));
        Assert.That(refused.Detail, Does.Contain($"videos/job-1/{rest}"));
        Assert.That(set.Files, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Find_WhenAStoredNameIsTooLongForAWorkspace_SaysSoInsteadOfLosingIt()
    {
        _scene.PutForeign($"videos/job-1/final/{new string('n', 250)}", [1]);

        var set = (await _scene.Sets.FindAsync(AJobAsset.Job, default)).Value!;

        Assert.That(set.Refused.Single().Detail, Does.Contain("240"));
    }

    [Test]
    public async Task Find_WhenNothingIsThere_IsNotFound()
    {
        _scene.PutForeign("videos/job-12/final/movie.mp4", [1]);

        Assert.That((await _scene.Sets.FindAsync(AJobAsset.Job, default)).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
    }

    [Test]
    public async Task Find_WithAManifest_ReadsItAndListsOnce()
    {
        await _scene.CommitAsync("final/movie.mp4", "metadata.json");

        await _scene.Sets.FindAsync(AJobAsset.Job, default);

        Assert.That(_scene.Store.Calls, Is.EqualTo(["Open videos/job-1/manifest.json", "List videos/job-1/"]));
    }

    [Test]
    public async Task Find_WhenTheManifestCannotBeUnderstood_IsAConflictAndNoListing()
    {
        await _scene.CommitAsync("final/movie.mp4");
        File.WriteAllText(_scene.FileOf("videos/job-1/manifest.json"), "{");

        Assert.That((await _scene.Sets.FindAsync(AJobAsset.Job, default)).Error?.Kind, Is.EqualTo(ErrorKind.Conflict));
    }
}
