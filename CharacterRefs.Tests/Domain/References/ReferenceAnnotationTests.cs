using CharacterRefs.Domain.References;

namespace CharacterRefs.Tests.Domain.References;

[Category("Unit")]
internal sealed class ReferenceAnnotationTests
{
    private static readonly ReferenceAnnotation s_annotation = new() { Favorite = true, Rating = 3, Tags = ["hero"], Note = "Good" };

    [Test]
    public void Apply_WhenNothingIsGiven_ChangesNothing() =>
        Assert.That(s_annotation.Apply(new AnnotationChange(null, null, null, null)), Is.EqualTo(s_annotation));

    [Test]
    public void Apply_WhenEverythingIsEmpty_RemovesEverything() =>
        Assert.That(s_annotation.Apply(new AnnotationChange(false, 0, [], " ")), Is.EqualTo(ReferenceAnnotation.None));

    [Test]
    public void Apply_WhenTagsDifferOnlyInFormCaseOrSpaces_KeepsOneOfEach()
    {
        var changed = s_annotation.Apply(new AnnotationChange(null, null, ["RÜSTUNG", " armor ", "ru\u0308stung", "ARMOR"], null));

        Assert.That(changed.Tags, Is.EqualTo(["rüstung", "armor"]));
        Assert.That(changed.Note, Is.EqualTo("Good"));
    }

    [Test]
    public void Equals_WhenTagsHaveOtherContent_IsFalse() =>
        Assert.That(s_annotation with { Tags = ["villain"] }, Is.Not.EqualTo(s_annotation));
}
