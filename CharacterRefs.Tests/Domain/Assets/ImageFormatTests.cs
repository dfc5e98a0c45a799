using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Domain.Assets;

[Category("Unit")]
internal sealed class ImageFormatTests
{
    [TestCase("png", "png", "image/png")]
    [TestCase("jpg", "jpg", "image/jpeg")]
    [TestCase("jpeg", "jpg", "image/jpeg")]
    [TestCase("webp", "webp", "image/webp")]
    public void FromExtension_WhenKnown_GivesTheFormat(string text, string extension, string mediaType)
    {
        var format = ImageFormat.FromExtension(text);

        Assert.That((format?.Extension, format?.MediaType), Is.EqualTo((extension, mediaType)));
        Assert.That(format?.ToString(), Is.EqualTo(extension));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("PNG")]
    [TestCase(".png")]
    [TestCase("png ")]
    [TestCase("gif")]
    [TestCase("image/png")]
    public void FromExtension_WhenAnythingElse_GivesNone(string? text) => Assert.That(ImageFormat.FromExtension(text), Is.Null);

    [Test]
    public void FromSignature_WhenARealImage_ReturnsItsFormat([Values("png", "jpg", "webp")] string extension)
    {
        var format = ImageFormat.FromExtension(extension)!;
        var bytes = TestImages.Solid(format, 4, 4);

        Assert.That(ImageFormat.FromSignature(bytes), Is.SameAs(format));
        Assert.That(ImageFormat.FromSignature(bytes.AsSpan(0, ImageFormat.SignatureLength)), Is.SameAs(format));
        Assert.That(ImageFormat.FromSignature(bytes.AsSpan(0, ImageFormat.SignatureLength - 1)), Is.Null);
    }

    [TestCase("89504E470D0A1A0B0000000D")]
    [TestCase("FFD900000000000000000000")]
    [TestCase("524946460000000057415645")]
    [TestCase("474946383961010001008000")]
    [TestCase("3C73766720786D6C6E733D22")]
    [TestCase("000000000000000000000000")]
    [TestCase("")]
    public void FromSignature_WhenAnythingElse_GivesNone(string hex) =>
        Assert.That(ImageFormat.FromSignature(Convert.FromHexString(hex)), Is.Null);

    [Test]
    public void All_WhenRead_NamesTheThreeInTheOrderOfTheContract() =>
        Assert.That(ImageFormat.All, Is.EqualTo([ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.WebP]));
}
