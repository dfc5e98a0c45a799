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

    private static string? FinalOf(params JobAsset[] files) => new JobManifest(AJobAsset.Job, AJobAsset.Noon, files, []).FinalVideo?.Path.Value;
}
