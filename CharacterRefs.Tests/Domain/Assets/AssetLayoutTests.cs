using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Tests.Domain.Assets;

[Category("Unit")]
internal sealed class AssetLayoutTests
{
    private const string Id = "0198c0de-0000-7000-8000-00000000abcd";
    private static readonly CharacterReferenceId s_id = new(Guid.Parse(Id));

    [Test]
    public void Reference_WhenStandalone_LiesAmongTheReferences()
    {
        var key = AssetLayout.Reference(s_id, ImageFormat.Jpeg);

        Assert.That(key.Value, Is.EqualTo($"character_references/{Id}.jpg"));
        Assert.That(AssetLayout.References.Contains(key), Is.True);
    }

    [Test]
    public void JobReference_WhenOfAJob_LiesInItsFolder()
    {
        var key = AssetLayout.JobReference("job-1", s_id, ImageFormat.Png);

        Assert.That(key.Value, Is.EqualTo($"videos/job-1/intermediate/character_reference/{Id}.png"));
        Assert.That(AssetLayout.Job("job-1").Contains(key), Is.True);
        Assert.That(AssetLayout.Job("job").Contains(key), Is.False);
    }

    [TestCase("")]
    [TestCase("..")]
    [TestCase("a/b")]
    [TestCase("a.")]
    public void Job_WhenTheIdIsNoSegment_Throws(string jobId) => Assert.That(() => AssetLayout.Job(jobId), Throws.ArgumentException);

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
}
