using System.Globalization;
using CharacterRefs.Domain.Generations;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace CharacterRefs.Tests.Domain.Generations;

[Category("Unit")]
internal sealed class AspectRatioTests
{
    [TestCase("1:1", 1, 1)]
    [TestCase("2:2", 2, 2)]
    [TestCase("16:9", 16, 9)]
    [TestCase("3:4", 3, 4)]
    [TestCase("8:1", 8, 1)]
    [TestCase("1:8", 1, 8)]
    [TestCase("100:100", 100, 100)]
    [TestCase("100:13", 100, 13)]
    public void TryParse_WhenByTheRule_KeepsBothNumbersAsWritten(string text, int width, int height)
    {
        var isRatio = AspectRatio.TryParse(text, out var ratio);

        Assert.That(isRatio, Is.True);
        Assert.That((ratio.Width, ratio.Height), Is.EqualTo((width, height)));
        Assert.That(ratio.ToString(), Is.EqualTo(text));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase(":")]
    [TestCase("1")]
    [TestCase("1:")]
    [TestCase(":1")]
    [TestCase("0:1")]
    [TestCase("1:0")]
    [TestCase("101:100")]
    [TestCase("1000:1")]
    [TestCase("1:9")]
    [TestCase("9:1")]
    [TestCase("100:12")]
    [TestCase("01:1")]
    [TestCase("1:01")]
    [TestCase("-1:1")]
    [TestCase("+1:1")]
    [TestCase("1.5:1")]
    [TestCase("1e1:1")]
    [TestCase("a:b")]
    [TestCase(" 1:1")]
    [TestCase("1:1 ")]
    [TestCase("1 : 1")]
    [TestCase("1:1\n")]
    [TestCase("1\0:1")]
    [TestCase("1:1\0")]
    [TestCase("1:1:1")]
    [TestCase("1x1")]
    [TestCase("1,000:1,000")]
    [TestCase("١:١")]
    [TestCase("99999999999:99999999999")]
    public void TryParse_WhenAgainstTheRule_Rejects(string? text)
    {
        var isRatio = AspectRatio.TryParse(text, out var ratio);

        Assert.That(isRatio, Is.False);
        Assert.That(ratio, Is.EqualTo(default(AspectRatio)));
    }

    [Property]
    public bool TryParse_WhenAnyTwoNumbers_TakesExactlyWhatTheRuleSays(byte width, byte height)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{width}:{height}");

        var isRatio = AspectRatio.TryParse(text, out var ratio);

        var isAllowed = width is >= 1 and <= AspectRatio.MaxTerm && height is >= 1 and <= AspectRatio.MaxTerm
            && Math.Max(width, height) <= AspectRatio.MaxElongation * Math.Min(width, height);
        return isRatio == isAllowed && (!isRatio || ratio.ToString() == text);
    }

    [Property]
    public bool TryParse_WhenAnyText_TakesOnlyWhatItWouldWriteItself(string? text) =>
        !AspectRatio.TryParse(text, out var ratio) || ratio.ToString() == text;
}
