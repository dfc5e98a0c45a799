using CharacterRefs.Application.Webhooks;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Application.Webhooks;

[Category("Unit")]
public sealed class WebhookSettingsTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Test]
    public void Read_WhenNothingIsSet_HasNoReceivers()
    {
        var settings = TestSettings.Of();

        var webhooks = WebhookSettings.Read(settings);

        Assert.That(webhooks.Urls, Is.Empty);
        Assert.That(webhooks.AllowPrivate, Is.False);
        Assert.That(settings.Problems(), Is.Empty);
    }

    [Test]
    public void Read_WhenReceiversAreNamed_KeepsEachOnce()
    {
        var settings = TestSettings.Of(("WEBHOOK_URLS", "https://a.example/x?y=1, https://b.example,https://a.example/x?y=1"), ("WEBHOOK_SECRET", Secret));

        var webhooks = WebhookSettings.Read(settings);

        Assert.That(webhooks.Urls.Select(url => url.AbsoluteUri), Is.EqualTo(new[] { "https://a.example/x?y=1", "https://b.example/" }));
        Assert.That(webhooks.Signer, Is.Not.Null);
        Assert.That(settings.Problems(), Is.Empty);
    }

    [TestCase("https://a.example", null, null, "WEBHOOK_SECRET")]
    [TestCase("https://a.example", "secret", null, "WEBHOOK_SECRET")]
    [TestCase("http://a.example", Secret, null, "WEBHOOK_URLS")]
    [TestCase("https://user:password@a.example", Secret, null, "WEBHOOK_URLS")]
    [TestCase("https://a.example/#part", Secret, null, "WEBHOOK_URLS")]
    [TestCase("/hooks", Secret, null, "WEBHOOK_URLS")]
    [TestCase("ftp://a.example", Secret, "true", "WEBHOOK_URLS")]
    [TestCase("https://a.example", Secret, "maybe", "WEBHOOK_ALLOW_PRIVATE")]
    public void Read_WhenAValueIsNotAcceptable_NamesItAndNoSecret(string urls, string? secret, string? allowPrivate, string name)
    {
        var settings = TestSettings.Of(("WEBHOOK_URLS", urls), ("WEBHOOK_SECRET", secret), ("WEBHOOK_ALLOW_PRIVATE", allowPrivate));

        WebhookSettings.Read(settings);

        Assert.That(settings.Problems(), Has.Some.StartsWith(name).And.None.Contains("password"));
    }

    [Test]
    public void Read_WhenPrivateReceiversAreAllowed_AcceptsHttp()
    {
        var settings = TestSettings.Of(("WEBHOOK_URLS", "http://127.0.0.1:9000/"), ("WEBHOOK_SECRET", Secret), ("WEBHOOK_ALLOW_PRIVATE", "true"));

        Assert.That(WebhookSettings.Read(settings).Urls, Has.Count.EqualTo(1));
        Assert.That(settings.Problems(), Is.Empty);
    }
}
