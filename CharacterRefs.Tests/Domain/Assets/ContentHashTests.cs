using System.Security.Cryptography;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Tests.Domain.Assets;

[Category("Unit")]
internal sealed class ContentHashTests
{
    private const string OfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Test]
    public void FromDigest_WhenComputed_IsWrittenInLowerCase() =>
        Assert.That(ContentHash.FromDigest(SHA256.HashData([])).ToString(), Is.EqualTo(OfNothing));

    [Test]
    public void FromDigest_WhenNotASha256_Throws([Values(0, 20, 31, 33, 64)] int length) =>
        Assert.That(() => ContentHash.FromDigest(new byte[length]), Throws.ArgumentException.With.Message.Contains($"not {length}"));

    [Test]
    public void Parse_WhenInEitherCase_GivesTheSameHash()
    {
        var hash = ContentHash.Parse(OfNothing.ToUpperInvariant());

        Assert.That(hash, Is.EqualTo(ContentHash.FromDigest(SHA256.HashData([]))));
        Assert.That(hash.ToString(), Is.EqualTo(OfNothing));
    }

    [TestCase("")]
    [TestCase("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [TestCase("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555")]
    [TestCase("g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [TestCase("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85 ")]
    public void Parse_WhenAnythingElse_Throws(string text) => Assert.That(() => ContentHash.Parse(text), Throws.InstanceOf<FormatException>());

    [Test]
    public void ToString_WhenNeverComputed_Throws() => Assert.That(() => default(ContentHash).ToString(), Throws.InvalidOperationException);
}
