using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Tests.Domain.Layout;

[Category("Unit")]
internal sealed class AssetLayoutTests
{
    private const string Id = "0198c0de-0000-7000-8000-00000000abcd";
    private static readonly CharacterReferenceId s_id = new(Guid.Parse(Id));

    [Test]
    public void Reference_WhenStandalone_IsAmongTheReferences()
    {
        var key = AssetLayout.Reference(s_id, ImageFormat.Jpeg);

        Assert.That(key.Value, Is.EqualTo($"character_references/{Id}.jpg"));
        Assert.That(AssetLayout.References.Contains(key), Is.True);
    }

    [Test]
    public void JobReference_WhenOfAJob_IsInItsFolder()
    {
        var key = AssetLayout.JobReference(Job("job-1"), s_id, ImageFormat.Png);

        Assert.That(key.Value, Is.EqualTo($"videos/job-1/intermediate/character_reference/{Id}.png"));
        Assert.That(AssetLayout.JobReferencesOf(Job("job-1")).Contains(key), Is.True);
        Assert.That(AssetLayout.Job(Job("job-1")).Contains(key), Is.True);
        Assert.That(AssetLayout.Job(Job("job")).Contains(key), Is.False);
    }

    [TestCase("final/movie.mp4", "videos/j/final/movie.mp4")]
    [TestCase("scenes/intermediate/a.mp4", "videos/j/intermediate/scenes/intermediate/a.mp4")]
    [TestCase("audio/theme.mp3", "videos/j/intermediate/audio/theme.mp3")]
    [TestCase("uploads/videos/j/x", "videos/j/intermediate/uploads/videos/j/x")]
    [TestCase("metadata.json", "videos/j/intermediate/metadata.json")]
    [TestCase("script.json", "videos/j/intermediate/script.json")]
    public void JobAsset_WhenAPathIsGiven_GivesAKeyThatReadsBack(string text, string key)
    {
        Assert.That(JobAssetPath.TryParse(text, out var path), Is.True);
        Assert.That(AssetLayout.JobAsset(Job("j"), path!).Value, Is.EqualTo(key));
        Assert.That(AssetLayout.TryReadJobAsset(Job("j"), AssetKey.Parse(key)), Is.EqualTo(path));
    }

    [TestCase("videos/j/manifest.json")]
    [TestCase("videos/j/scenes/a.mp4")]
    [TestCase("videos/j/intermediate/final/a.mp4")]
    [TestCase("videos/j/intermediate/intermediate/scenes/a.mp4")]
    [TestCase("videos/j/intermediate/other/a.mp4")]
    [TestCase("videos/j/.incoming/00")]
    [TestCase("videos/j2/final/a.mp4")]
    [TestCase("character_references/a.png")]
    public void TryReadJobAsset_WhenTheKeyIsNoneOfTheSet_GivesNothing(string key) =>
        Assert.That(AssetLayout.TryReadJobAsset(Job("j"), AssetKey.Parse(key)), Is.Null);

    [Test]
    public void JobAsset_WhenEverythingIsAsLongAsItMayBe_IsALegalKey()
    {
        var text = "final/" + string.Join('/', Enumerable.Repeat(new string('d', 110), 5)) + "/" + new string('n', JobAssetPath.MaxNameBytes - 5) + ".mp4";
        text = text[..(JobAssetPath.MaxBytes - 4)] + ".mp4";

        Assert.That(JobAssetPath.TryParse(text, out var path), Is.True);
        Assert.That(AssetLayout.JobAsset(Job(new string('j', 128)), path!.ToVersion(int.MaxValue)).Value, Does.EndWith("_v2147483647.mp4"));
    }

    [TestCase($"character_references/{Id}.png", "png")]
    [TestCase($"character_references/{Id}.jpeg", "jpg")]
    [TestCase($"videos/j/intermediate/character_reference/{Id}.webp", "webp")]
    [TestCase($"character_references/{Id}.gif", null)]
    [TestCase($"character_references/{Id}", null)]
    [TestCase("character_references/png", null)]
    [TestCase("character_references/x.png", null)]
    public void TryReadReference_WhenNamesVary_ReadsThoseOfImages(string key, string? extension)
    {
        var isRead = AssetLayout.TryReadReference(AssetKey.Parse(key), out var id, out var format);

        Assert.That(isRead ? format.Extension : null, Is.EqualTo(extension));
        Assert.That(id, Is.EqualTo(isRead ? s_id : default));
    }

    [TestCase($"character_references/{Id}.jpeg", true)]
    [TestCase($"character_references/old/{Id}.png", false)]
    [TestCase($"videos/j/intermediate/character_reference/{Id}.webp", false)]
    [TestCase($"{Id}.png", false)]
    [TestCase($"character_references/{Id}.gif", false)]
    public void TryReadStandalone_WhenPlacesVary_ReadsOnlyThoseOfNoJob(string key, bool expected) =>
        Assert.That(AssetLayout.TryReadStandalone(AssetKey.Parse(key), out _, out _), Is.EqualTo(expected));

    [Test]
    public void ReferenceNameStart_WhenOfAnImage_BeginsEveryNameOfIt() =>
        Assert.That(AssetLayout.Reference(s_id, ImageFormat.WebP).Name, Does.StartWith(AssetLayout.ReferenceNameStart(s_id)));

    private static JobId Job(string id) => JobId.TryParse(id, out var parsed) ? parsed : throw new ArgumentException("No job id.", nameof(id));
}
