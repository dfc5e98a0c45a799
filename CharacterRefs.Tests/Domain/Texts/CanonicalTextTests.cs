using System.Globalization;
using CharacterRefs.Domain.Texts;

namespace CharacterRefs.Tests.Domain.Texts;

[Category("Unit")]
internal sealed class CanonicalTextTests
{
    // Unicode's NormalizationTest.txt has these cases; the whole table was compared with Python's unicodedata once.
    [TestCase("plain", "plain", "plain")]
    [TestCase("é", "é", "e\u0301")]
    [TestCase("e\u0301", "é", "e\u0301")]
    [TestCase("\u212B", "\u00C5", "A\u030A")]
    [TestCase("a\u0301\u0323", "\u1EA1\u0301", "a\u0323\u0301")]
    [TestCase("\u1E9B\u0323", "\u1E9B\u0323", "\u017F\u0323\u0307")]
    [TestCase("\u0958", "\u0915\u093C", "\u0915\u093C")]
    [TestCase("\uAC01", "\uAC01", "\u1100\u1161\u11A8")]
    [TestCase("\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8")]
    [TestCase("\uD834\uDD5E", "\uD834\uDD57\uD834\uDD65", "\uD834\uDD57\uD834\uDD65")]
    [TestCase("a\u0334\u0301", "á\u0334", "a\u0334\u0301")]
    [TestCase("\u0301e", "\u0301e", "\u0301e")]
    public void Forms_WhenTextIsComposedOrDecomposed_AreThoseOfUnicode(string text, string composed, string decomposed)
    {
        Assert.That(Codes(CanonicalText.Compose(text)), Is.EqualTo(Codes(composed)));
        Assert.That(Codes(CanonicalText.Decompose(text)), Is.EqualTo(Codes(decomposed)));
    }

    [TestCase("")]
    [TestCase(" \t\u00A0\u3000")]
    [TestCase("\u200B\u200D\u2060\uFEFF")]
    [TestCase("\u00AD \u034F\u3164\uFE0F\u2800")]
    public void IsBlank_WhenNothingIsVisible_IsTrue(string text) => Assert.That(CanonicalText.IsBlank(text), Is.True);

    [TestCase("\u200Bx")]
    [TestCase("\u2764\uFE0F")]
    public void IsBlank_WhenSomethingIsVisible_IsFalse(string text) => Assert.That(CanonicalText.IsBlank(text), Is.False);

    private static string Codes(string text) =>
        string.Join(' ', text.Select(character => ((int)character).ToString("X4", CultureInfo.InvariantCulture)));
}
