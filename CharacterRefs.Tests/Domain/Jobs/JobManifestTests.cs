using CharacterRefs.Domain.Jobs;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Domain.Jobs;

[Category("Unit")]
internal sealed class JobManifestTests
{
    [Test]
    public void FinalVideo_WhenAVersionIsNewer_IsTheFileItself() =>
        Assert.That(FinalOf(AJobAsset.At("final/movie.mp4"), AJobAsset.At("final/movie_v1.mp4", 5)), Is.EqualTo("final/movie.mp4"));

    [Test]
    public void FinalVideo_WhenTheNameOnlyLooksLikeAVersion_IsThatFile() =>
        Assert.That(FinalOf(AJobAsset.At("final/movie.mp4"), AJobAsset.At("final/trailer_v2.mp4", 5)), Is.EqualTo("final/trailer_v2.mp4"));

    [Test]
    public void FinalVideo_WhenSeveralAreThere_IsTheNewest() =>
        Assert.That(FinalOf(AJobAsset.At("final/b.mp4", 1), AJobAsset.At("final/a.mp4", 2), AJobAsset.At("scenes/c.mp4", 3)), Is.EqualTo("final/a.mp4"));

    [Test]
    public void FinalVideo_WhenNoneIsThere_IsNull() => Assert.That(FinalOf(AJobAsset.At("scenes/a.mp4")), Is.Null);

    [Test]
    public void FinalVideo_WhenSomethingElseIsNewer_IsTheNewestVideo() => Assert.That(
        FinalOf(
            AJobAsset.At("final/movie.mp4", 1),
            AJobAsset.At("final/movie.webm", 2) with { MediaType = "video/webm" },
            AJobAsset.At("final/cover.png", 3) with { MediaType = "image/png" },
            AJobAsset.At("final/.DS_Store", 4) with { MediaType = "application/octet-stream" }),
        Is.EqualTo("final/movie.webm"));

    [Test]
    public void FinalVideo_WhenNothingIsAVideo_IsTheNewestOfAll() => Assert.That(
        FinalOf(
            AJobAsset.At("final/movie.raw", 2) with { MediaType = "application/octet-stream" },
            AJobAsset.At("final/cover.png", 1) with { MediaType = "image/png" },
            AJobAsset.At("scenes/a.mp4", 3)),
        Is.EqualTo("final/movie.raw"));

    private static string? FinalOf(params JobAsset[] files) => new JobManifest(AJobAsset.Job, AJobAsset.Noon, files, []).FinalVideo?.Path.Value;
}
