using CharacterRefs.Infrastructure.Storage.Presigning;

namespace CharacterRefs.Tests.Infrastructure.Storage;

[Category("Unit")]
internal sealed class PercentEncodingTests
{
    [TestCase("", "")]
    [TestCase("AZaz09-._~", "AZaz09-._~")]
    [TestCase("a b/c+d", "a%20b/c%2Bd")]
    [TestCase("&?#%()'!*:;,=@$[]", "%26%3F%23%25%28%29%27%21%2A%3A%3B%2C%3D%40%24%5B%5D")]
    [TestCase("é漢😀", "%C3%A9%E6%BC%A2%F0%9F%98%80")]
    [TestCase("\0\n\u007f", "%00%0A%7F")]
    public void Encode_WhenPath_KeepsUnreservedAndSlashes(string text, string expected) =>
        Assert.That(PercentEncoding.Encode(text, keepSlashes: true), Is.EqualTo(expected));

    [Test]
    public void Encode_WhenValue_EncodesSlashesToo() => Assert.That(PercentEncoding.Encode("a/b", keepSlashes: false), Is.EqualTo("a%2Fb"));

    [Test]
    public void Encode_ForEveryCharacter_EqualsTheFramework()
    {
        for (var c = 0; c < 0x11000; c++)
        {
            if (c is < 0xD800 or > 0xDFFF)
            {
                var text = char.ConvertFromUtf32(c);
                if (PercentEncoding.Encode(text, keepSlashes: false) != Uri.EscapeDataString(text))
                {
                    Assert.Fail($"U+{c:X4}");
                }
            }
        }
    }

    // Not test cases: attributes are stored as UTF-8, which replaces lone surrogates.
    [Test]
    public void Encode_WhenASurrogateIsAlone_Throws()
    {
        foreach (var text in new[] { "\ud83d", "a\ude00b", "\ud83dx" })
        {
            Assert.That(() => PercentEncoding.Encode(text, keepSlashes: true), Throws.ArgumentException);
        }
    }
}
