using System.Text;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Layout;
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
        Assert.That((await archive.InspectAsync(default)).Fault, Is.Null);
    }

    [Test]
    public async Task Archive_WhenTheStoreHasNothingOfTheJob_ReturnsNotFound() =>
        Assert.That((await _scene.Archive.HandleAsync(AJobAsset.Job, default)).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));

    [Test]
    public async Task Archive_WhenTheManifestHasNoFile_IsEmpty()
    {
        await _scene.CommitAsync();

        Assert.That((await _scene.Archive.HandleAsync(AJobAsset.Job, default)).Value!.Length, Is.EqualTo(22), "the end record only");
    }

    [Test]
    public async Task Archive_WhenThereIsNoManifest_ReadsEachFileOnceWhileItLooksTheSame()
    {
        _scene.PutForeign("videos/job-1/final/movie.mp4", "movie"u8.ToArray());
        _scene.PutForeign("videos/job-1/metadata.json", "{}"u8.ToArray());
        File.SetLastWriteTimeUtc(_scene.FileOf("videos/job-1/final/movie.mp4"), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));

        var first = (await _scene.Archive.HandleAsync(AJobAsset.Job, default)).Value!;
        _scene.Store.Reset();
        var second = (await _scene.Archive.HandleAsync(AJobAsset.Job, default)).Value!;

        Assert.That((second.Length, second.Fingerprint, second.StoredAt), Is.EqualTo((first.Length, first.Fingerprint, first.StoredAt)));
        Assert.That(_scene.Store.Calls, Is.EqualTo(["Open videos/job-1/manifest.json", "List videos/job-1/", "Open videos/job-1/metadata.json"]), "it is new");
        File.WriteAllText(_scene.FileOf("videos/job-1/final/movie.mp4"), "movie, longer");
        Assert.That((await _scene.Archive.HandleAsync(AJobAsset.Job, default)).Value!.Fingerprint, Is.Not.EqualTo(first.Fingerprint));
    }

    [Test]
    public async Task Archive_WhenTheStoreDoesNotRespond_Fails()
    {
        _scene.PutForeign("videos/job-1/final/movie.mp4", "movie"u8.ToArray());
        _scene.Store.FailAt = 2;

        await Assert.ThatAsync(() => _scene.Archive.HandleAsync(AJobAsset.Job, default), Throws.TypeOf<AssetStoreUnavailableException>());
    }

    [Test]
    public async Task Archive_WhenTheManifestHasAnInvalidEntry_ReturnsConflictWithItsPath()
    {
        await _scene.CommitAsync("audio/a.mp3", "final/movie.mp4");
        var manifest = await File.ReadAllTextAsync(_scene.FileOf("videos/job-1/manifest.json"));
        var other = manifest.Replace("\"path\": \"final/movie.mp4\"", "\"path\": \"../movie.mp4\"", StringComparison.Ordinal);
        await _scene.Store.ReplaceAsync(
            AssetLayout.JobManifest(AJobAsset.Job), AssetContent.FromBytes(Encoding.UTF8.GetBytes(other), "application/json"), default);

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
