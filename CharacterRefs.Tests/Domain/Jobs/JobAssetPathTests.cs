using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Domain.Jobs;

[Category("Unit")]
internal sealed class JobAssetPathTests
{
    [TestCase("final/movie.mp4", JobAssetRole.Final)]
    [TestCase("scenes/01/take 2.mp4", JobAssetRole.Scenes)]
    [TestCase("audio/テーマ.mp3", JobAssetRole.Audio)]
    [TestCase("uploads/.hidden", JobAssetRole.Uploads)]
    [TestCase("character_reference/a.png", JobAssetRole.CharacterReference)]
    [TestCase("metadata.json", JobAssetRole.Metadata)]
    [TestCase("script.json", JobAssetRole.Script)]
    public void TryParse_WhenAFileOfTheSet_ReturnsItsRole(string text, JobAssetRole role)
    {
        Assert.That(JobAssetPath.TryParse(text, out var path), Is.True);
        Assert.That(path!.Role, Is.EqualTo(role));
        Assert.That(path.Value, Is.EqualTo(text));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("movie.mp4")]
    [TestCase("final")]
    [TestCase("final/")]
    [TestCase("Final/movie.mp4")]
    [TestCase("other/movie.mp4")]
    [TestCase("metadata.json/x")]
    [TestCase("Metadata.json")]
    [TestCase("/final/movie.mp4")]
    [TestCase("../final/movie.mp4")]
    [TestCase("final/../../etc/passwd")]
    [TestCase("final/./movie.mp4")]
    [TestCase("final//movie.mp4")]
    [TestCase("final/..")]
    [TestCase("final\\movie.mp4")]
    [TestCase("final/a\\..\\..\\b")]
    [TestCase("final/movie\0.mp4")]
    [TestCase("final/movie.")]
    [TestCase("final/movie ")]
    [TestCase("intermediate/scenes/a.mp4")]
    [TestCase("manifest.json")]
    public void TryParse_WhenAnythingElse_Rejects(string? text) => Assert.That(JobAssetPath.TryParse(text, out _), Is.False);

    [TestCase("final/a\\b", "A path has no control characters")]
    [TestCase("final//b", "Each segment of a path has 1 to")]
    [TestCase("final/b.", "No segment of a path ends with a dot")]
    public void FindFault_WhenNoKeyCouldHoldIt_SpeaksOfAPath(string text, string expected) =>
        Assert.That(JobAssetPath.FindFault(text), Does.StartWith(expected));

    [Test]
    public void TryParse_WhenLongerThanTheLimits_Rejects()
    {
        var longest = "final/" + new string('n', JobAssetPath.MaxNameBytes);

        Assert.That(JobAssetPath.TryParse(longest, out _), Is.True);
        Assert.That(JobAssetPath.TryParse(longest + "n", out _), Is.False);
        Assert.That(JobAssetPath.TryParse("final/" + string.Concat(Enumerable.Repeat("d/", 400)) + "n", out _), Is.False);
    }

    [TestCase("final/movie.mp4", 1, "final/movie_v1.mp4")]
    [TestCase("final/movie.cut.mp4", 12, "final/movie.cut_v12.mp4")]
    [TestCase("final/v1.0/movie", 3, "final/v1.0/movie_v3")]
    [TestCase("uploads/.hidden", 2, "uploads/.hidden_v2")]
    [TestCase("metadata.json", 7, "metadata_v7.json")]
    public void ToVersion_WhenNumbered_IsReadBack(string text, int number, string version)
    {
        var path = AJobAsset.PathOf(text);

        Assert.That(path.ToVersion(number).Value, Is.EqualTo(version));
        Assert.That(path.ToVersion(number).ReadVersion(), Is.EqualTo((path, number)));
    }

    [TestCase("final/movie.mp4")]
    [TestCase("final/movie_v0.mp4")]
    [TestCase("final/movie_v01.mp4")]
    [TestCase("final/movie_v1a.mp4")]
    [TestCase("final/_v1.mp4")]
    [TestCase("final/movie_v1.cut.mp4")]
    [TestCase("final/movie_v99999999999.mp4")]
    public void ReadVersion_WhenTheNameHasNoNumber_GivesNothing(string text) => Assert.That(AJobAsset.PathOf(text).ReadVersion(), Is.Null);

    [Test]
    public void OfReference_WhenParsedAgain_IsTheSame()
    {
        var path = JobAssetPath.OfReference(new CharacterReferenceId(Guid.NewGuid()), ImageFormat.Png);

        Assert.That(JobAssetPath.TryParse(path.Value, out var parsed), Is.True);
        Assert.That(parsed, Is.EqualTo(path));
    }
}
