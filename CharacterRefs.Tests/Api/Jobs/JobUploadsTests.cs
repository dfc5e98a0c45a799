using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;

namespace CharacterRefs.Tests.Api.Jobs;

/// <summary>Files that a client sends straight to a bucket of a real S3 server.</summary>
[Category("Integration")]
internal sealed class JobUploadsTests
{
    private const string Uploads = "/api/mv/jobs/job-1/files/uploads";

    private static readonly byte[] s_bytes = RandomNumberGenerator.GetBytes(100_000);

    [Test]
    public async Task Uploads_WhenSentToTheirUrls_AreVerifiedAndCommitted()
    {
        await using var bucket = await S3TestServer.CreateBucketAsync();
        using var api = new ApiFactory(null, bucket.Variables(bucket.Options.Endpoint!));
        using var client = api.CreateClient();
        using var plain = new HttpClient(new SocketsHttpHandler());
        var request = new { files = new[] { File("scenes/1.mp4", s_bytes) } };

        var planned = (await (await client.PostAsJsonAsync(Uploads, request)).JsonAsync()).GetProperty("files")[0];
        var url = planned.GetProperty("url").GetString();
        using var shorter = await plain.PutAsync(url, new ByteArrayContent(s_bytes[..^1]));
        using var sent = await plain.PutAsync(url, new ByteArrayContent(s_bytes));
        var again = (await (await client.PostAsJsonAsync(Uploads, request)).JsonAsync()).GetProperty("files")[0];
        var committed = await (await client.PostAsJsonAsync($"{Uploads}/commit", request)).JsonAsync();
        var list = await (await client.GetAsync("/api/mv/jobs/job-1/assets")).JsonAsync();

        Assert.That(planned.GetProperty("state").GetString(), Is.EqualTo("missing"));
        Assert.That(shorter.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), "the length is signed");
        sent.AssertStatus(HttpStatusCode.OK);
        Assert.That((again.GetProperty("state").GetString(), again.GetProperty("url").ValueKind), Is.EqualTo(("uploaded", JsonValueKind.Null)));
        Assert.That(committed.GetProperty("committed")[0].GetString(), Is.EqualTo("scenes/1.mp4"));
        Assert.That(committed.GetProperty("manifest").GetProperty("complete").GetBoolean(), Is.True);
        var file = list.GetProperty("files")[0];
        Assert.That(file.GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(s_bytes))));
        Assert.That(await plain.GetByteArrayAsync(file.GetProperty("url").GetString()), Is.EqualTo(s_bytes));
        Assert.That((await bucket.ContentsAsync()).Count(key => key.Contains("videos/", StringComparison.Ordinal)), Is.EqualTo(2), "a file and the manifest");
    }

    [TestCase("""{ }""", "files")]
    [TestCase("""{ "files": [] }""", "files")]
    [TestCase("""{ "files": [ null ] }""", "files[0]")]
    [TestCase("""{ "files": [ { "path": "tmp/x", "size": 1, "sha256": "HASH" } ] }""", "files[0].path")]
    [TestCase("""{ "files": [ { "path": "scenes/x", "size": 5368709121, "sha256": "HASH" } ] }""", "files[0].size")]
    [TestCase("""{ "files": [ { "path": "scenes/x", "size": -1, "sha256": "HASH" } ] }""", "files[0].size")]
    [TestCase("""{ "files": [ { "path": "scenes/x", "size": 1, "sha256": "xyz" } ] }""", "files[0].sha256")]
    [TestCase("""{ "files": [ { "path": "scenes/x", "size": 1, "sha256": "HASH" }, { "path": "scenes/x", "size": 1, "sha256": "HASH" } ] }""", "files")]
    [TestCase("""{ "files": [ { "path": "scenes/x", "size": 1, "sha256": "HASH" }, { "path": "scenes/x/y", "size": 1, "sha256": "HASH" } ] }""", "files")]
    public async Task Uploads_WhenTheListIsNotAcceptable_NamesTheMember(string json, string member)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        foreach (var url in (string[])[Uploads, $"{Uploads}/commit"])
        {
            using var body = new StringContent(json.Replace("HASH", new string('a', 64), StringComparison.Ordinal), null, "application/json");

            var problem = await (await client.PostAsync(url, body)).ProblemAsync(400, "ValidationError");

            Assert.That(problem.GetProperty("errors").EnumerateObject().Select(error => error.Name), Has.Member(member));
        }
    }

    [Test]
    public async Task Uploads_WhenThereIsNoBucket_IsAConfigurationError()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();

        var response = await client.PostAsJsonAsync(Uploads, new { files = new[] { File("scenes/1.mp4", s_bytes) } });

        await response.ProblemAsync(503, "ConfigurationError");
    }

    private static object File(string path, byte[] bytes) => new { path, size = bytes.Length, sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
}
