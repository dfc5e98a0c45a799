using CharacterRefs.Application.Results;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.Archive;

[Category("Integration")]
internal sealed class ArchiveJobHandlerTests
{
    private readonly SetScene _scene = new();

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [Test]
    public async Task Archive_WhenTheSetIsComplete_ReturnsItWithoutReadingAFile()
    {
        await _scene.CommitAsync("final/movie.mp4", "metadata.json");

        var archive = (await _scene.Archive.HandleAsync(AJobAsset.Job, default)).Value!;

        Assert.That((archive.JobId, archive.StoredAt), Is.EqualTo((AJobAsset.Job, AJobAsset.Noon)));
        Assert.That(_scene.Store.Calls, Is.EqualTo(["Open videos/job-1/manifest.json"]));
        Assert.That(await archive.FindFaultAsync(default), Is.Null);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Archive_WithoutAFileInTheManifest_ReturnsNotFound(bool hasManifest)
    {
        await (hasManifest ? _scene.CommitAsync() : Task.CompletedTask);

        Assert.That((await _scene.Archive.HandleAsync(AJobAsset.Job, default)).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
    }

    [Test]
    public async Task Archive_WhenTheManifestHasAnInvalidEntry_ReturnsConflictWithItsPath()
    {
        await _scene.CommitAsync("audio/a.mp3", "final/movie.mp4");
        var manifest = _scene.FileOf("videos/job-1/manifest.json");
        File.WriteAllText(
            manifest, File.ReadAllText(manifest).Replace("\"path\": \"final/movie.mp4\"", "\"path\": \"../movie.mp4\"", StringComparison.Ordinal));

        var error = (await _scene.Archive.HandleAsync(AJobAsset.Job, default)).Error;

        Assert.That(error, Has.Property("Kind").EqualTo(ErrorKind.Conflict).And.Property("Detail").Contains("../movie.mp4"));
    }

    [Test]
    public async Task Archive_WhenTheSizesOverflow_ReturnsConflict()
    {
        var manifest = await _scene.CommitAsync("audio/a.mp3", "final/movie.mp4");
        await _scene.Manifests.WriteAsync(manifest with { Files = [.. manifest.Files.Select(file => file with { SizeBytes = long.MaxValue })] }, default);

        Assert.That((await _scene.Archive.HandleAsync(AJobAsset.Job, default)).Error?.Kind, Is.EqualTo(ErrorKind.Conflict));
    }
}
