using CharacterRefs.Infrastructure.Storage.Presigning;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Infrastructure.Storage;

[Category("Unit")]
internal sealed class PresigningOptionsTests
{
    [TestCase(null, 900)]
    [TestCase("0", 0)]
    [TestCase("86400", 86_400)]
    public void Read_WhenAcceptable_ReturnsTheWindow(string? value, int expected)
    {
        var settings = TestSettings.Of(("PRESIGNED_URL_WINDOW", value));

        Assert.That(PresigningOptions.Read(settings).Window, Is.EqualTo(TimeSpan.FromSeconds(expected)));
        Assert.That(settings.Problems(), Is.Empty);
    }

    [TestCase("-1")]
    [TestCase("86401")]
    [TestCase("15m")]
    public void Read_WhenNotAcceptable_NamesTheVariable(string value)
    {
        var settings = TestSettings.Of(("PRESIGNED_URL_WINDOW", value));
        PresigningOptions.Read(settings);

        Assert.That(settings.Problems(), Has.One.StartsWith("PRESIGNED_URL_WINDOW is"));
    }
}
