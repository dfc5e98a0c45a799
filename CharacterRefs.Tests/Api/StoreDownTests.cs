using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api;

/// <summary>The service with a bucket that nobody serves, or no keys to ask with: what it answers and what it logs.</summary>
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
    public async Task AnyCall_WhenTheStoreTakesNoConnections_IsLoggedInOneLineWithTheCause()
    {
        using var api = new ApiFactory(null, [.. s_nobody, ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "key")]);
        using var client = api.CreateClient();

        using var answer = await client.GetAsync("/api/mv/jobs/video-1/assets");

        var detail = (await answer.ProblemAsync(503, "StorageUnavailable")).GetProperty("detail").GetString();
        var line = api.Log.Lines.Single(line => line.Contains("GET /api/mv/jobs/video-1/assets failed", StringComparison.Ordinal));
        Assert.That(line, Does.StartWith("Warning").And.Contain(detail).And.Contain("connections"));
        Assert.That(api.Log.Lines, Has.None.Contain("   at "));
    }
}
