using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.ListJobAssets;

[Category("Integration")]
internal sealed class ListJobAssetsHandlerTests
{
    private readonly SetScene _scene = new();

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [Test]
    public async Task List_WithAManifest_SignsFilesAndVersionsAndNamesTheFinalVideo()
    {
        var manifest = await _scene.CommitAsync("final/movie.mp4", "final/movie_v1.mp4", "scenes/b.mp4");
        var version = manifest.Files[1] with { ModifiedAt = AJobAsset.Noon.AddDays(1) };
        await _scene.Manifests.WriteAsync(manifest with { Versions = [new JobAssetVersion(manifest.Files[0].Path, 1, version)] }, default);

        var listed = (await _scene.List.HandleAsync(AJobAsset.Job, default)).Value!;

        Assert.That(listed.StoredAt, Is.EqualTo(AJobAsset.Noon));
        Assert.That(listed.Files.Select(file => file.Url.Url), Is.EqualTo(manifest.Files.Select(file => $"https://signed/{file.Key}?secret")));
        Assert.That(listed.Files.Select(file => (file.File.Sha256, file.File.Crc32)), Is.EqualTo(manifest.Files.Select(file => (file.Sha256, file.Crc32))));
        Assert.That(listed.FinalVideo?.Url, Is.EqualTo($"https://signed/{manifest.Files[0].Key}?secret"));
        var kept = listed.Versions.Single();
        Assert.That((kept.VersionOf, kept.Version, kept.Url.Url), Is.EqualTo((manifest.Files[0].Path, 1, $"https://signed/{version.Key}?secret")));
    }

    [Test]
    public async Task List_WithoutAManifest_KnowsNoHashesAndNoTimeOfTheSet()
    {
        await _scene.StoreAsync("final/movie.mp4", "scenes/b.mp4");

        var listed = (await _scene.List.HandleAsync(AJobAsset.Job, default)).Value!;

        Assert.That(listed.StoredAt, Is.Null);
        Assert.That(listed.Files.Select(file => (file.File.Sha256, file.File.Crc32, file.File.ModifiedAt)), Is.All.EqualTo(
            (default(ContentHash?), default(uint?), default(DateTimeOffset?))));
        Assert.That(listed.FinalVideo?.Url, Does.Contain("final/movie.mp4"));
        Assert.That(_scene.Log, Has.None.Contain("secret"));
    }
}
