using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Imaging;
using CharacterRefs.Infrastructure.Placeholder;

namespace CharacterRefs.Tests.Infrastructure.Placeholder;

[Category("Unit")]
internal sealed class CardSvgTests
{
    private static readonly CardSize s_square = new(1024, 1024);

    [Test]
    public void Compose_WhenDescriptionContainsMarkup_ShowsItAsText()
    {
        var texts = Texts(CardSvg.Compose("<b>bold</b> & \"quoted\" 'x' ]]> &amp; <script>", 1, s_square));

        Assert.That(string.Join(' ', texts), Does.Contain("<b>bold</b> & \"quoted\" 'x' ]]> &amp; <script>"));
    }

    [TestCase("nul \0, bell \a, escape \u001b and no-character \uFFFE end")]
    [TestCase("half a pair \uD83D end")]
    [TestCase("the other half \uDC00 end")]
    public void Compose_WhenDescriptionContainsWhatXmlForbids_IsValidXml(string description)
    {
        var svg = CardSvg.Compose(description, 1, s_square);

        Assert.That(Texts(svg), Has.Some.EndsWith("end"));
        Assert.That(CardRenderer.Render(svg, ImageFormat.Png), Is.Not.Empty);
    }

    [TestCase(1024, 1024)]
    [TestCase(2896, 368)]
    [TestCase(368, 2896)]
    public void Compose_WhenDescriptionIsVeryLong_EndsInAnEllipsisInsideTheCard(int width, int height)
    {
        var svg = CardSvg.Compose(string.Concat(Enumerable.Repeat("many words ", 900)), 1, new CardSize(width, height));

        var lines = XDocument.Parse(svg).Descendants().Where(element => element.Name.LocalName == "text").ToList();
        Assert.That(lines.Select(line => line.Value), Has.Some.EndsWith("…"));
        Assert.That(lines.Select(line => (double)line.Attribute("y")!), Is.All.LessThanOrEqualTo(height));
    }

    [Test]
    public void Compose_WhenOneWordIsLongerThanALine_BreaksIt() =>
        Assert.That(Texts(CardSvg.Compose(new string('x', 400), 1, s_square)).Count(line => line.StartsWith('x')), Is.GreaterThan(3));

    [TestCase("勇敢な騎士は銀色の鎧を身にまとい、山の向こうへ旅立つ。")]
    [TestCase("Храбрый рыцарь в серебряных доспехах")]
    [TestCase("فارس شجاع يرتدي درعا فضيا")]
    [TestCase("👩🏽‍🚀🧙🏿‍♂️ 🏳️‍🌈")]
    public void Compose_WhenDescriptionIsNotLatin_KeepsEveryCharacter(string description)
    {
        Libvips.Prepare();

        var svg = CardSvg.Compose(description, 1, s_square);

        Assert.That(string.Concat(Texts(svg)).Replace(" ", ""), Does.StartWith(description.Replace(" ", "")));
        Assert.That(CardRenderer.Render(svg, ImageFormat.Jpeg), Is.Not.Empty);
    }

    [Test]
    public void Compose_WhenThereIsASeed_ContainsItAndTheLabelAndNoExternalReference()
    {
        var svg = CardSvg.Compose("knight", 4711, s_square);

        Assert.That(Texts(svg), Has.Some.EqualTo("seed 4711 · placeholder"));
        Assert.That(svg, Does.Not.Contain("href").And.Not.Contain("url(h").And.Not.Contain("<image"));
    }

    // The card does not depend on the process, the culture, the machine or the version of .NET; only the rendering knows about fonts.
    [Test]
    public void Compose_WhenTheCultureDiffers_ReturnsTheSameCard() =>
        Assert.That(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CardSvg.Compose("A knight in silver armour", 42, s_square)))),
            Is.EqualTo("1f34825dd90a5ce80da21b2bce11e132bde6b1846caf959394d205d0356e4877"));

    private static List<string> Texts(string svg) =>
        XDocument.Parse(svg).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value).ToList();
}
