using CharacterRefs.Application.Configuration;
using CharacterRefs.Infrastructure.Replicate;
using Microsoft.Extensions.Configuration;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Unit")]
public sealed class ReplicateOptionsTests
{
    internal static ReplicateOptions Read(params (string Name, string? Value)[] variables)
    {
        var settings = new Settings(new ConfigurationBuilder()
            .AddInMemoryCollection(variables.Select(variable => KeyValuePair.Create(variable.Name, variable.Value)))
            .Build());
        var options = ReplicateOptions.Read(settings);
        settings.ThrowIfInvalid();
        return options;
    }

    [Test]
    public void Read_WhenNothingIsSet_HasTheDocumentedDefaults()
    {
        var options = Read();

        Assert.That(options.Token, Is.Null);
        Assert.That(options.BaseUrl.AbsoluteUri, Is.EqualTo("https://api.replicate.com/v1/"));
        Assert.That(options.OutputHosts.Any(host => host.Covers(new Uri("https://replicate.delivery/a"))), Is.True);
        Assert.That(options.Deadline, Is.EqualTo(TimeSpan.FromSeconds(300)));
        Assert.That(options.PreferWait, Is.EqualTo(TimeSpan.FromSeconds(10)));
        Assert.That(options.PollInterval, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(options.MaxOutputBytes, Is.EqualTo(64L * 1024 * 1024));
        Assert.That(options.DownloadTimeout, Is.EqualTo(TimeSpan.FromSeconds(60)));
    }

    [TestCase("REPLICATE_API_TOKEN", "\"r8_quoted\"")]
    [TestCase("REPLICATE_API_TOKEN", "'r8_quoted'")]
    [TestCase("REPLICATE_API_TOKEN", "r8_two words")]
    [TestCase("REPLICATE_API_TOKEN", "r8_ümlaut")]
    [TestCase("REPLICATE_BASE_URL", "api.replicate.com")]
    [TestCase("REPLICATE_BASE_URL", "ftp://api.replicate.com")]
    [TestCase("REPLICATE_OUTPUT_HOSTS", "https://replicate.delivery/path")]
    [TestCase("REPLICATE_OUTPUT_HOSTS", "*")]
    [TestCase("REPLICATE_OUTPUT_HOSTS", "a.example,ftp://b.example")]
    [TestCase("REPLICATE_DEADLINE", "4")]
    [TestCase("REPLICATE_DEADLINE", "86401")]
    [TestCase("REPLICATE_PREFER_WAIT", "61")]
    [TestCase("REPLICATE_PREFER_WAIT", "-1")]
    [TestCase("REPLICATE_POLL_INTERVAL", "0")]
    [TestCase("REPLICATE_MAX_OUTPUT_BYTES", "1")]
    [TestCase("REPLICATE_DOWNLOAD_TIMEOUT", "0")]
    public void Read_WhenAValueIsNotAcceptable_NamesTheVariable(string name, string value)
    {
        var error = Assert.Throws<InvalidSettingsException>(() => Read((name, value)));

        Assert.That(error.Problems.Single(), Does.StartWith(name));
        Assert.That(error.ToString(), name == "REPLICATE_API_TOKEN" ? Does.Not.Contain(value) : Does.Contain(value));
    }

    [TestCase("")]
    public void Read_WhenTokenIsBlank_CountsAsUnset(string value) => Assert.That(Read(("REPLICATE_API_TOKEN", value)).Token, Is.Null);

    [Test]
    public void ToString_WhenTokenIsSet_MasksIt()
    {
        var text = Read(("REPLICATE_API_TOKEN", "r8_secret")).ToString();

        Assert.That(text, Does.Contain("***").And.Not.Contain("r8_secret"));
    }

    [TestCase("https://gateway.example/v1/acct/replicate", "https://gateway.example/v1/acct/replicate/")]
    [TestCase("http://127.0.0.1:9000/v1/", "http://127.0.0.1:9000/v1/")]
    public void Read_WhenBaseIsSet_EndsWithASlash(string value, string expected) =>
        Assert.That(Read(("REPLICATE_BASE_URL", value)).BaseUrl.AbsoluteUri, Is.EqualTo(expected));
}
