using System.Net;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.Http;

/// <summary>A page of another site, in a browser on this machine, can neither read nor change anything.</summary>
[Category("Api")]
internal sealed class BrowserTests
{
    [TestCase("localhost", true)]
    [TestCase("LOCALHOST:8000", true)]
    [TestCase("127.0.0.1", true)]
    [TestCase("[::1]:8000", true)]
    [TestCase("evil.example", false)]
    [TestCase("localhost.evil.example", false)]
    [TestCase("192.168.1.1", false)]
    public async Task Host_WhenOnLoopbackWithoutAKey_MayOnlyBeALoopbackName(string host, bool isAllowed) =>
        await AssertHostAsync(host, isAllowed);

    [TestCase("evil.example", true, "API_KEY", "sesame")]
    [TestCase("evil.example", true, "API_HOST", "0.0.0.0")]
    [TestCase("refs.example", true, "ALLOWED_HOSTS", "refs.example")]
    [TestCase("a.refs.example:80", true, "ALLOWED_HOSTS", "other.example, *.refs.example")]
    [TestCase("localhost", true, "ALLOWED_HOSTS", "refs.example")]
    [TestCase("evil.example", false, "ALLOWED_HOSTS", "refs.example")]
    public async Task Host_WhenSettingsAllowIt_IsAllowed(string host, bool isAllowed, string name, string value) =>
        await AssertHostAsync(host, isAllowed, (name, value));

    [Test]
    public async Task Host_WhenOnEveryInterfaceAndHostsAreNamed_MayOnlyBeOne() =>
        await AssertHostAsync("evil.example", false, ("API_HOST", "0.0.0.0"), ("ALLOWED_HOSTS", "refs.example"));

    [TestCase("Origin", "https://evil.example", false)]
    [TestCase("Origin", "null", false)]
    [TestCase("Origin", "http://localhost:3000", false)]
    [TestCase("Origin", "https://app.example", true)]
    [TestCase("Origin", "http://localhost", true)]
    [TestCase("Origin", "https://localhost", true)]
    [TestCase("Sec-Fetch-Site", "cross-site", false)]
    [TestCase("Sec-Fetch-Site", "same-site", false)]
    [TestCase("Sec-Fetch-Site", "same-origin", true)]
    [TestCase("Sec-Fetch-Site", "none", true)]
    [TestCase("User-Agent", "curl", true)]
    public async Task Upload_WhenAPageSendsIt_IsAllowedOnlyFromHereAndFromCorsOrigins(string name, string value, bool isAllowed)
    {
        using var api = new ApiFactory(settings: ("CORS_ORIGINS", "https://app.example"));
        using var client = api.CreateClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);

        using var upload = await client.UploadAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        using var read = await client.GetAsync("/api/mv/character_references");

        read.AssertStatus(HttpStatusCode.OK);
        if (isAllowed)
        {
            upload.AssertStatus(HttpStatusCode.OK);
        }
        else
        {
            await upload.ProblemAsync(403, "Forbidden");
            Assert.That(api.ImageFiles(), Is.Empty);
        }
    }

    [Test]
    public async Task Delete_WhenAnAllowedPageIsOfAnotherSite_IsAllowed()
    {
        using var api = new ApiFactory(settings: ("CORS_ORIGINS", "https://app.example"));

        using var deleted = await api.CreateClient().GetAsync(
            $"/api/mv/character_references/{Guid.NewGuid()}",
            headers =>
            {
                headers.Add("Origin", "https://app.example");
                headers.Add("Sec-Fetch-Site", "cross-site");
            },
            HttpMethod.Delete);

        await deleted.ProblemAsync(404, "NotFound");
    }

    [TestCase("127.0.0.1", "Warning API_KEY is not set: every program on this machine")]
    [TestCase("0.0.0.0", "Error API_KEY is not set, and the service listens on http://0.0.0.0:8000: EVERYONE")]
    public void Start_WhenNoKeyIsSet_SaysSoOnce(string host, string line)
    {
        using var api = new ApiFactory(settings: ("API_HOST", host));
        using var client = api.CreateClient();

        Assert.That(api.Log.Lines.Where(logged => logged.Contains("API_KEY", StringComparison.Ordinal)), Has.One.StartsWith(line).And.Exactly(1).Items);
    }

    [Test]
    public void Start_WhenAKeyIsSet_SaysNothingOfKeys()
    {
        using var api = new ApiFactory(settings: [("API_HOST", "0.0.0.0"), ("API_KEY", "sesame")]);
        using var client = api.CreateClient();

        Assert.That(api.Log.Lines, Has.None.Contains("API_KEY is not set"));
    }

    private static async Task AssertHostAsync(string host, bool isAllowed, params (string, string)[] settings)
    {
        using var api = new ApiFactory(settings: settings);

        using var response = await api.CreateClient().GetAsync("/health/live", headers => headers.Host = host);

        if (isAllowed)
        {
            response.AssertStatus(HttpStatusCode.OK);
        }
        else
        {
            var problem = await response.ProblemAsync(403, "Forbidden");
            Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("ALLOWED_HOSTS"));
        }
    }
}
