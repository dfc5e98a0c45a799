using System.Text;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Api.Storage;

/// <summary>The service with a store that is down, or without credentials: its responses and its log.</summary>
[Category("Api")]
internal sealed class StoreDownTests
{
    private static readonly (string, string)[] s_nobody =
    [
        ("STORAGE_BACKEND", "s3"),
        ("STORAGE_BUCKET", "images"),
        ("S3_ENDPOINT", "http://127.0.0.1:1"),
        ("S3_MAX_RETRIES", "0"),
        ("S3_REQUIRED_AT_START", "false"),
    ];

    [Test]
    public async Task AnyCall_WhenTheStoreAcceptsNoConnections_IsLoggedInOneLineWithTheCause()
    {
        using var api = new ApiFactory(null, [.. s_nobody, ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "key")]);
        using var client = api.CreateClient();

        using var response = await client.GetAsync("/api/mv/jobs/video-1/assets");

        var detail = (await response.ProblemAsync(503, "StorageUnavailable")).GetProperty("detail").GetString();
        var line = api.Log.Lines.Single(line => line.Contains("GET /api/mv/jobs/video-1/assets failed", StringComparison.Ordinal));
        Assert.That(line, Does.StartWith("Warning").And.Contain(detail).And.Contain("connections"));
        Assert.That(api.Log.Lines, Has.None.Contain("   at "));
    }

    [Test]
    public async Task Start_WhenTheStoreAcceptsNoConnections_LogsTheCauseWithoutAStackTrace()
    {
        using var api = new ApiFactory(null, [.. s_nobody, ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "key")]);
        using var client = api.CreateClient();

        await Condition.UntilAsync(
            () => api.Log.Lines.Any(line => line.Contains("Images of an earlier system in jobs", StringComparison.Ordinal)));

        Assert.That(api.Log.Lines, Has.None.Contain("   at "));
    }

    [TestCase("GET", "character_references/0192d3c4-0000-7000-8000-000000000001")]
    [TestCase("POST", "character_references/0192d3c4-0000-7000-8000-000000000001/persist")]
    [TestCase("GET", "jobs/video-1/assets")]
    [TestCase("GET", "jobs/video-1/assets/verify")]
    [TestCase("GET", "jobs/video-1/assets/archive")]
    [TestCase("POST", "jobs/video-1/assets/download")]
    [TestCase("GET", "jobs/video-1/metadata")]
    [TestCase("DELETE", "jobs/video-1")]
    public async Task AnyCall_WhenTheStoreAcceptsNoConnections_NamesNeitherKeysNorUrls(string method, string path)
    {
        using var api = new ApiFactory(null, [.. s_nobody, ("AWS_ACCESS_KEY_ID", "id-of-the-key"), ("AWS_SECRET_ACCESS_KEY", "its-secret")]);
        using var client = api.CreateClient();

        using var response = await SendAsync(client, method, path);

        var detail = (await response.ProblemAsync(503, "StorageUnavailable")).GetProperty("detail").GetString();
        Assert.That(detail, Does.Not.Contain("X-Amz").And.Not.Contain("://").And.Not.Contain("127.0.0.1").And.Not.Contain("images"));
        Assert.That(
            detail,
            Does.Not.Contain("videos/").And.Not.Contain("character_references/").And.Not.Contain("id-of-the-key").And.Not.Contain("its-secret"));
    }

    [TestCase("GET", "get_character_reference/{0}")]
    [TestCase("GET", "character_references/{0}")]
    [TestCase("GET", "character_references/{0}/content")]
    [TestCase("GET", "character_references/{0}/url")]
    [TestCase("POST", "character_references/{0}/persist")]
    [TestCase("DELETE", "character_references/{0}")]
    public async Task AnyCall_WhenThereAreNoCredentialsAndTheIdIsUnknown_NamesWhatIsNotConfigured(string method, string path)
    {
        using var api = new ApiFactory(null, [.. s_nobody, ("AWS_PROFILE", "no-such-profile"), ("S3_PROBE_INTERVAL", "1")]);
        using var client = api.CreateClient();
        await Condition.UntilAsync(() => !api.Services.GetRequiredService<IStoreReachability>().IsReachable);

        using var response = await SendAsync(client, method, string.Format(null, path, Guid.NewGuid()));

        var detail = (await response.ProblemAsync(503, "ConfigurationError")).GetProperty("detail").GetString();
        Assert.That(detail, Does.Contain("not in the catalog").And.Contain("No AWS credentials were found").And.Contain("no-such-profile"));
        Assert.That(response.Headers.RetryAfter, Is.Null, "waiting is no remedy");
    }

    [Test]
    public async Task Get_WhenTheStoreAcceptsNoConnectionsAndTheIdIsUnknown_NamesTheCause()
    {
        using var api = new ApiFactory(null, [.. s_nobody, ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "key")]);
        using var client = api.CreateClient();
        await Condition.UntilAsync(() => !api.Services.GetRequiredService<IStoreReachability>().IsReachable);

        using var response = await client.GetAsync($"/api/mv/character_references/{Guid.NewGuid()}");

        var detail = (await response.ProblemAsync(503, "StorageUnavailable")).GetProperty("detail").GetString();
        Assert.That(detail, Does.Contain("not in the catalog").And.Contain("The store does not accept connections"));
        Assert.That(response.Headers.RetryAfter, Is.Not.Null);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/mv/" + path);
        request.Content = method == "POST" ? new StringContent("{}", Encoding.UTF8, "application/json") : null;
        return await client.SendAsync(request);
    }
}
