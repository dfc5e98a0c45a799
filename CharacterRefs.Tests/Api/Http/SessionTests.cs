using System.Net;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Api.Http;

[Category("Api")]
internal sealed class SessionTests
{
    private const string Path = "/api/mv/session";

    private readonly FakeTimeProvider _clock = new(AReference.Time);
    private TempDirectory _data = null!;
    private ApiFactory _api = null!;
    private HttpClient _client = null!;

    [SetUp]
    public void SetUp()
    {
        _data = new TempDirectory();
        Start("sesame,other");
    }

    [TearDown]
    public void TearDown()
    {
        Stop();
        _data.Dispose();
    }

    [Test]
    public async Task Open_WhenTheKeyIsValid_SetsACookieThatScriptsAndOtherSitesCannotUse()
    {
        var cookie = await OpenAsync();

        Assert.That(cookie, Does.EndWith("; path=/api/mv; samesite=strict; httponly").And.Not.Contain("expires").And.Not.Contain("max-age"));
    }

    [Test]
    public async Task Request_WhenItHasTheCookie_MayReadAndNothingElse()
    {
        var id = await UploadAsync();
        var cookie = await OpenAsync();
        var content = $"/api/mv/character_references/{id}/content";

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await StatusAsync(HttpMethod.Get, content, cookie), Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await StatusAsync(HttpMethod.Head, content, cookie), Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await StatusAsync(HttpMethod.Get, content, null), Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(await StatusAsync(HttpMethod.Delete, $"/api/mv/character_references/{id}", cookie), Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(await StatusAsync(HttpMethod.Post, Path, cookie), Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(await StatusAsync(HttpMethod.Get, content, cookie, key: "wrong"), Is.EqualTo(HttpStatusCode.Unauthorized));
        }
    }

    [TestCase("character_refs_session=")]
    [TestCase("character_refs_session=99999999999.")]
    [TestCase("character_refs_session=99999999999.AAAA")]
    [TestCase("character_refs_session=99999999999.!!")]
    [TestCase("character_refs_session=-1.AAAA")]
    public async Task Request_WhenTheCookieIsForged_IsUnauthorized(string cookie) =>
        Assert.That(await StatusAsync(HttpMethod.Get, "/api/mv/character_references", cookie), Is.EqualTo(HttpStatusCode.Unauthorized));

    [Test]
    public async Task Request_WhenTheExpiryIsChangedOrPassed_IsUnauthorized()
    {
        var cookie = (await OpenAsync()).Split(';')[0];
        var later = cookie.Replace("=1", "=2", StringComparison.Ordinal);

        Assert.That(await StatusAsync(HttpMethod.Get, "/api/mv/character_references", later), Is.EqualTo(HttpStatusCode.Unauthorized));
        _clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        Assert.That(await StatusAsync(HttpMethod.Get, "/api/mv/character_references", cookie), Is.EqualTo(HttpStatusCode.OK));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await StatusAsync(HttpMethod.Get, "/api/mv/character_references", cookie), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCase("sesame", HttpStatusCode.OK)]
    [TestCase("other", HttpStatusCode.Unauthorized)]
    public async Task Restart_WhenAKeyIsRemoved_EndsItsSessionsAndNoOther(string keys, HttpStatusCode status)
    {
        var cookie = await OpenAsync();
        Stop();
        Start(keys);

        Assert.That(await StatusAsync(HttpMethod.Get, "/api/mv/character_references", cookie), Is.EqualTo(status));
    }

    [Test]
    public async Task Close_WhenThereIsACookie_RemovesIt()
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, Path) { Headers = { { "X-API-Key", "sesame" } } };
        using var response = await _client.SendAsync(request);

        response.AssertStatus(HttpStatusCode.NoContent);
        Assert.That(response.Headers.GetValues("Set-Cookie").Single(), Does.StartWith("character_refs_session=; expires=Thu, 01 Jan 1970"));
    }

    private void Start(string keys)
    {
        _api = new ApiFactory(_data.FullPath, ("API_KEY", keys)) { Clock = _clock };
        _client = _api.CreateClient(new WebApplicationFactoryClientOptions { HandleCookies = false });
    }

    private void Stop()
    {
        _client.Dispose();
        _api.Dispose();
    }

    private async Task<string> OpenAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Headers = { { "X-API-Key", "sesame" } } };
        using var response = await _client.SendAsync(request);
        response.AssertStatus(HttpStatusCode.NoContent);
        return response.Headers.GetValues("Set-Cookie").Single();
    }

    private async Task<string> UploadAsync()
    {
        using var client = _api.CreateClient();
        client.DefaultRequestHeaders.Add("X-API-Key", "sesame");
        return await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
    }

    private async Task<HttpStatusCode> StatusAsync(HttpMethod method, string url, string? cookie, string? key = null)
    {
        using var request = new HttpRequestMessage(method, url);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie.Split(';')[0]);
        }

        if (key is not null)
        {
            request.Headers.Add("X-API-Key", key);
        }

        using var response = await _client.SendAsync(request);
        return response.StatusCode;
    }
}
