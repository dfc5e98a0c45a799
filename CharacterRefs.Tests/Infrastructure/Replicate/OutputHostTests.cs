using CharacterRefs.Infrastructure.Replicate;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Unit")]
public sealed class OutputHostTests
{
    [TestCase("replicate.delivery", "https://replicate.delivery/a.png", true)]
    [TestCase("replicate.delivery", "https://REPLICATE.delivery:443/a.png", true)]
    [TestCase("replicate.delivery", "http://replicate.delivery/a.png", false)]
    [TestCase("replicate.delivery", "https://replicate.delivery:8443/a.png", false)]
    [TestCase("replicate.delivery", "https://pbxt.replicate.delivery/a.png", false)]
    [TestCase("replicate.delivery", "https://replicate.delivery.example.com/a.png", false)]
    [TestCase("replicate.delivery", "https://replicate.delivery@example.com/a.png", false)]
    [TestCase("replicate.delivery", "https://user@replicate.delivery/a.png", false)]
    [TestCase("*.replicate.delivery", "https://pbxt.replicate.delivery/a.png", true)]
    [TestCase("*.replicate.delivery", "https://a.b.replicate.delivery/a.png", true)]
    [TestCase("*.replicate.delivery", "https://replicate.delivery/a.png", false)]
    [TestCase("*.replicate.delivery", "https://evilreplicate.delivery/a.png", false)]
    [TestCase("http://127.0.0.1:9001", "http://127.0.0.1:9001/a.png", true)]
    [TestCase("http://127.0.0.1:9001", "https://127.0.0.1:9001/a.png", false)]
    [TestCase("http://127.0.0.1:9001", "http://127.0.0.1/a.png", false)]
    [TestCase("http://[::1]:9001", "http://[::1]:9001/a.png", true)]
    [TestCase("files.example:8443", "https://files.example:8443/a.png", true)]
    public void Covers_WhenAUrlIsGiven_ComparesSchemeHostAndPort(string entry, string url, bool covered) =>
        Assert.That(OutputHost.Parse(entry)!.Covers(new Uri(url)), Is.EqualTo(covered));

    [TestCase("*")]
    [TestCase("*.*.example")]
    [TestCase("a.*.example")]
    [TestCase("ftp://a.example")]
    [TestCase("a.example/path")]
    [TestCase("a.example:0")]
    [TestCase("a.example:70000")]
    [TestCase("user@a.example")]
    [TestCase("-a.example")]
    public void Parse_WhenTextIsNoEntry_GivesNothing(string text) => Assert.That(OutputHost.Parse(text), Is.Null);
}
