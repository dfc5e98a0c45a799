using CharacterRefs.Api.Configuration;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.Startup;

[Category("Unit")]
internal sealed class ListenAddressTests
{
    [TestCase("localhost", "localhost")]
    [TestCase("LOCALHOST", "localhost")]
    [TestCase("0.0.0.0", "0.0.0.0")]
    [TestCase("127.0.0.1", "127.0.0.1")]
    [TestCase("::1", "[::1]")]
    [TestCase("[::]", "[::]")]
    public void Host_WhenItIsLocalhostOrAnAddress_IsWrittenAsInAUrl(string value, string expected) =>
        Assert.That(ApiOptions.Read(TestSettings.Of(("API_HOST", value))).Host, Is.EqualTo(expected));

    // The server would take each of these names for every interface.
    [TestCase("*")]
    [TestCase("+")]
    [TestCase("example.org")]
    [TestCase("localhost.")]
    [TestCase("127.1")]
    [TestCase("256.0.0.1")]
    [TestCase("127.0.0.1:80")]
    public void Host_WhenItIsAnythingElse_IsRejected(string value)
    {
        var settings = TestSettings.Of(("API_HOST", value));

        ApiOptions.Read(settings);

        Assert.That(settings.Problems().Single(), Does.Contain("API_HOST").And.Contain(value).And.Contain("localhost or an IP address"));
    }
}
