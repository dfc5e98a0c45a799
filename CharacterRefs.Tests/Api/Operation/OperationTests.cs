using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Api.Operation;

[Category("Api")]
internal sealed class OperationTests
{
    [TestCase("/health/live")]
    [TestCase("/health/ready")]
    [TestCase("/api/mv/health/live")]
    [TestCase("/api/mv/health/ready")]
    public async Task Health_WhenAllIsWell_IsHealthy(string url)
    {
        using var api = new ApiFactory();

        var report = await (await api.CreateClient().GetAsync(url)).JsonAsync();

        Assert.That(report.GetProperty("status").GetString(), Is.EqualTo("healthy"));
    }

    [TestCase("true", HttpStatusCode.ServiceUnavailable, "unhealthy")]
    [TestCase("false", HttpStatusCode.OK, "degraded")]
    public async Task Ready_WhenTheBucketDidNotRespondYet_IsReadyForLocalServingOnly(string fromCloud, HttpStatusCode status, string expected)
    {
        using var api = new ApiFactory(settings:
        [
            ("STORAGE_BACKEND", "s3"), ("STORAGE_BUCKET", "images"), ("S3_ENDPOINT", "http://127.0.0.1:1"), ("SERVE_FROM_CLOUD", fromCloud),
            ("S3_MAX_RETRIES", "0"), ("AWS_ACCESS_KEY_ID", "test-key"), ("AWS_SECRET_ACCESS_KEY", "test-secret"),
        ]);
        using var client = api.CreateClient();

        using var ready = await client.GetAsync("/health/ready");
        using var live = await client.GetAsync("/health/live");

        ready.AssertStatus(status);
        using var report = JsonDocument.Parse(await ready.Content.ReadAsStringAsync());
        var storage = report.RootElement.GetProperty("checks").GetProperty("storage");
        Assert.That(storage.GetProperty("status").GetString(), Is.EqualTo(expected));
        Assert.That(
            storage.GetProperty("detail").GetString(),
            Does.Contain("has not passed its probe since the start").And.Contain("could not be written").And.Not.Contain("test-"));
        live.AssertStatus(HttpStatusCode.OK);
        var id = await client.UploadedIdAsync(TestImages.NoisePng);
        (await client.GetAsync($"/api/mv/character_references/{id}/content")).AssertStatus(HttpStatusCode.OK);
        Assert.That(api.Log.Lines, Has.Some.StartsWith("Error Probe of bucket images failed and is retried; local files are served meanwhile"));
    }

    [Test]
    public async Task Ready_WhenTheJobsDirectoryDoesNotTakeFiles_IsUnhealthy()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var api = new ApiFactory { Clock = clock };
        using var client = api.CreateClient();
        (await client.GetAsync("/health/ready")).AssertStatus(HttpStatusCode.OK);
        Directory.Delete(Path.Combine(api.JobsRoot, ".staging"), recursive: true);
        await File.WriteAllTextAsync(Path.Combine(api.JobsRoot, ".staging"), "a file where the directory was");
        (await client.GetAsync("/health/ready")).AssertStatus(HttpStatusCode.OK); // within a second nothing is written again
        clock.Advance(TimeSpan.FromSeconds(1));

        using var ready = await client.GetAsync("/health/ready");

        ready.AssertStatus(HttpStatusCode.ServiceUnavailable);
        Assert.That(await ready.Content.ReadAsStringAsync(), Does.Contain("jobs_disk").And.Not.Contain(api.JobsRoot));
        Assert.That(api.Log.Lines, Has.Some.Contain("jobs_disk").And.None.Contain("   at "));
    }

    [Test]
    public async Task Ready_WhenTheDiskDoesNotTakeFiles_IsUnhealthyWhileLiveIsNot()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var api = new ApiFactory { Clock = clock };
        using var client = api.CreateClient();
        (await client.GetAsync("/health/ready")).AssertStatus(HttpStatusCode.OK);
        Directory.Delete(Path.Combine(api.DataRoot, "character_reference"), recursive: true);
        await File.WriteAllTextAsync(Path.Combine(api.DataRoot, "character_reference"), "a file where the directory was");
        clock.Advance(TimeSpan.FromSeconds(1));

        using var ready = await client.GetAsync("/health/ready");
        using var live = await client.GetAsync("/health/live");

        ready.AssertStatus(HttpStatusCode.ServiceUnavailable);
        Assert.That(await ready.Content.ReadAsStringAsync(), Does.Contain("local_disk").And.Not.Contain(api.DataRoot));
        Assert.That(api.Log.Lines, Has.Some.Contain("local_disk").And.None.Contain("   at "));
        live.AssertStatus(HttpStatusCode.OK);
    }

    [Test]
    public async Task ConfigDebug_WhenSecretsAreSet_ShowsThemOnlyAsSet()
    {
        using var api = new ApiFactory(settings: [("REPLICATE_API_TOKEN", "r8_verysecretverysecret"), ("API_KEY", "sesame")]);
        using var client = api.CreateClient();
        client.DefaultRequestHeaders.Add("X-API-Key", "sesame");

        var text = await client.GetStringAsync("/api/mv/config/debug");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(text, Does.Not.Contain("verysecret").And.Not.Contain("sesame"));
            Assert.That(text, Does.Contain("\"REPLICATE_API_TOKEN\":\"***\"").And.Contain("\"API_KEY\":\"***\""));
            Assert.That(text, Does.Contain("\"SERVE_FROM_CLOUD\":false").And.Contain("\"STORAGE_BACKEND\":\"local\"").And.Contain("\"STORAGE_BUCKET\":null"));
            Assert.That(text, Does.Contain("\"PRESIGNED_URL_EXPIRY\":3600").And.Contain("\"cloud_serving_enabled\":false")
                .And.Contain("\"image_generator\":\"placeholder\""));
        }
    }

    [TestCase(null, 401)]
    [TestCase("wrong", 401)]
    [TestCase("first", 200)]
    [TestCase("second", 200)]
    public async Task ApiKey_WhenKeysAreConfigured_IsRequiredBelowApiOnly(string? key, int status)
    {
        var hashed = "hash:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("second")));
        using var api = new ApiFactory(settings: ("API_KEY", $"first, {hashed}"));
        using var client = api.CreateClient();

        using var listed = await client.GetAsync("/api/mv/character_references", headers =>
        {
            headers.Add("Origin", "https://anywhere.example");
            if (key is not null)
            {
                headers.Add("X-API-Key", key);
            }
        });
        using var live = await client.GetAsync("/health/live");

        Assert.That((int)listed.StatusCode, Is.EqualTo(status));
        live.AssertStatus(HttpStatusCode.OK);
        if (status == 401)
        {
            await listed.ProblemAsync(401, "Unauthorized");
        }
    }

    [TestCase("https://app.example", true)]
    [TestCase("https://evil.example", false)]
    public async Task Cors_WhenOriginsAreConfigured_AllowsExactlyThose(string origin, bool isAllowed)
    {
        using var api = new ApiFactory(settings: ("CORS_ORIGINS", "https://app.example"));

        using var response = await api.CreateClient().GetAsync("/api/mv/character_references", headers => headers.Add("Origin", origin));

        Assert.That(response.Headers.Contains("Access-Control-Allow-Origin"), Is.EqualTo(isAllowed));
    }

    [Test]
    public async Task AnyUrl_WhenThereIsNoSuchRoute_IsAProblem()
    {
        using var api = new ApiFactory();

        using var response = await api.CreateClient().GetAsync("/api/mv/nothing");

        await response.ProblemAsync(404, "NotFound");
    }

    [Test]
    public async Task AnyUrl_WhenTheMethodIsWrong_IsAProblemThatNamesTheRightOne()
    {
        using var api = new ApiFactory();

        using var response = await api.CreateClient().GetAsync("/api/mv/generate_character_reference");

        await response.ProblemAsync(405, "MethodNotAllowed");
        Assert.That(response.Content.Headers.Allow, Is.EqualTo(new[] { "POST" }));
    }

    [Test]
    public async Task SwaggerUi_WhenOpened_IsThereAndKeepsTheKeyWhenReloaded()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();

        Assert.That(await client.GetStringAsync("/swagger"), Does.Contain("CharacterRefs").And.Contain("swagger-ui"));
        Assert.That(await client.GetStringAsync("/swagger/index.js"), Does.Match("""persistAuthorization\\?"\s*:\s*true"""));
    }
}
