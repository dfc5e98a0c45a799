using System.Net;
using System.Net.Http.Headers;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.Http;

[Category("Api")]
internal sealed class ResponseHeadersTests
{
    [TestCase("/api/mv/character_references", 200)]
    [TestCase("/api/mv/config/debug", 200)]
    [TestCase("/health/ready", 200)]
    [TestCase("/api/mv/nothing", 404)]
    [TestCase("/api/mv/upload_character_reference", 405)]
    public async Task Get_WhenTheResponseIsJson_IsNeitherSniffedNorStored(string path, int status)
    {
        using var api = new ApiFactory();

        using var response = await api.CreateClient().GetAsync(path);

        response.AssertStatus((HttpStatusCode)status);
        Assert.That(response.Header("X-Content-Type-Options"), Is.EqualTo("nosniff"));
        Assert.That(response.Headers.CacheControl?.NoStore, Is.True);
        Assert.That(response.Headers.Contains("Vary"), Is.False);
    }

    [Test]
    public async Task Get_WhenCorsIsOn_VariesByOriginAndExposesTheFileName([Values(null, "https://app.example", "https://other.example")] string? origin)
    {
        using var api = new ApiFactory(settings: ("CORS_ORIGINS", "https://app.example"));
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));

        using var response = await client.GetAsync($"/api/mv/get_character_reference/{id}", headers =>
        {
            if (origin is not null)
            {
                headers.Add("Origin", origin);
            }
        });

        response.AssertStatus(HttpStatusCode.OK);
        Assert.That(response.Headers.Vary, Is.EqualTo(["Origin"]));
        Assert.That(response.Headers.CacheControl?.ToString(), Does.Not.Contain("no-store"));
        if (origin is "https://app.example")
        {
            Assert.That(response.Header("Access-Control-Expose-Headers"), Does.Contain("Content-Disposition").And.Contain("ETag"));
        }
    }

    [TestCase("/swagger/index.html")]
    [TestCase("/swagger/index.js")]
    public async Task Swagger_WhenOpened_HasAPolicy(string path)
    {
        using var api = new ApiFactory();

        using var response = await api.CreateClient().GetAsync(path);

        response.AssertStatus(HttpStatusCode.OK);
        Assert.That(response.Header("Content-Security-Policy"), Does.StartWith("default-src 'none'").And.Contain("frame-ancestors 'none'"));
        var page = await response.Content.ReadAsStringAsync();
        Assert.That(page, Does.Not.Contain("<script>").And.Not.Contain(" onload="), "the policy forbids scripts in the page");
    }

    [TestCase("\"sha256-other\"", false)]
    [TestCase("nonsense", false)]
    [TestCase("W/{tag}", false)]
    [TestCase("{tag}", true)]
    [TestCase("{tag}, \"b\"", false)]
    [TestCase("*", false)]
    [TestCase("{time}", true)]
    [TestCase("Fri, 31 Dec 2100 23:59:59 GMT", false)]
    [TestCase("Sun, 06 Nov 1994 08:49:37 GMT", false)]
    public async Task Range_WhenIfRangeIsNotTheValidator_IsIgnored(string ifRange, bool resumes)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var path = $"/api/mv/get_character_reference/{await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8))}";
        using var whole = await client.GetAsync(path);
        var value = ifRange.Replace("{tag}", whole.Headers.ETag!.ToString(), StringComparison.Ordinal)
            .Replace("{time}", $"{whole.Content.Headers.LastModified:R}", StringComparison.Ordinal);

        using var response = await client.GetAsync(path, headers =>
        {
            headers.Range = new RangeHeaderValue(2, 9);
            headers.TryAddWithoutValidation("If-Range", value);
        });

        response.AssertStatus(resumes ? HttpStatusCode.PartialContent : HttpStatusCode.OK);
    }
}
