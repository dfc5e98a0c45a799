using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Tests.Domain.Jobs;

[Category("Unit")]
internal sealed class JobIdTests
{
    [TestCase("a", true)]
    [TestCase("video-42_final.v2", true)]
    [TestCase("9", true)]
    [TestCase("", false)]
    [TestCase(null, false)]
    [TestCase("-a", false)]
    [TestCase(".a", false)]
    [TestCase("..", false)]
    [TestCase("a.", false)]
    [TestCase("a/b", false)]
    [TestCase("a b", false)]
    [TestCase("ä", false)]
    [TestCase("a\n", false)]
    public void TryParse_WhenGivenAText_TakesItByTheRule(string? text, bool isLegal)
    {
        Assert.That(JobId.TryParse(text, out var id), Is.EqualTo(isLegal));
        if (isLegal)
        {
            Assert.That(id.ToString(), Is.EqualTo(text));
        }
    }

    [TestCase(128, true)]
    [TestCase(129, false)]
    public void TryParse_WhenItIsLong_EndsAt128Characters(int length, bool isLegal) =>
        Assert.That(JobId.TryParse(new string('a', length), out _), Is.EqualTo(isLegal));
}
