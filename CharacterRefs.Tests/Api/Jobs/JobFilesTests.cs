using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.Jobs;

[Category("Api")]
internal sealed class JobFilesTests : IDisposable
{
    private const string Files = "/api/mv/jobs/job-1/files";
    private const string Movie = $"{Files}/final/movie.mp4";

    private static readonly byte[] s_bytes = RandomNumberGenerator.GetBytes(300_000);

    private readonly ApiFactory _api = new(null, ("JOB_FILE_MAX_BYTES", "1048576"), ("MAX_REQUEST_BODY_BYTES", "1048576"));
    private readonly HttpClient _client;

    public JobFilesTests() => _client = _api.CreateClient();

    private string Workspace => Path.Join(_api.JobsRoot, "job-1");

    public void Dispose()
    {
        _client.Dispose();
        _api.Dispose();
    }

    [Test]
    public async Task Put_WhenTheFileIsNewAndThenReplaced_IsInTheWorkspaceAndInTheNextSet()
    {
        var created = await PutAsync(Movie, "first"u8.ToArray());
        var replaced = await PutAsync(Movie, s_bytes);

        Assert.That((created.StatusCode, replaced.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.OK)));
        Assert.That(created.Headers.Location?.OriginalString, Is.EqualTo(Movie));
        var response = JsonNode.Parse(await replaced.Content.ReadAsStringAsync())!;
        Assert.That($"{response["path"]} {response["size_bytes"]} {response["sha256"]}", Is.EqualTo($"final/movie.mp4 300000 {HashOf(s_bytes)}"));
        Assert.That(replaced.Headers.ETag?.Tag, Is.EqualTo($"\"sha256-{HashOf(s_bytes)}\""));
        Assert.That(await File.ReadAllBytesAsync(Path.Join(Workspace, "final", "movie.mp4")), Is.EqualTo(s_bytes));
        var persisted = await _client.PostAsync("/api/mv/jobs/job-1/assets/persist", null);
        Assert.That((await persisted.Content.ReadAsStringAsync()), Does.Contain("\"uploaded\":[\"final/movie.mp4\"]"));
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task GetMetadata_WhenTheStoredFileIsDamaged_IsAProblemAndNeverOtherBytes(int damage)
    {
        Directory.CreateDirectory(Workspace);
        await File.WriteAllTextAsync(Path.Join(Workspace, "metadata.json"), """{"title":"film"}""");
        (await _client.PostAsync("/api/mv/jobs/job-1/assets/persist", null)).AssertStatus(HttpStatusCode.OK);
        (await _client.GetAsync("/api/mv/jobs/job-1/metadata")).AssertStatus(HttpStatusCode.OK);

        new Action<string>[] { FileDamage.Cut, FileDamage.Flip }[damage](
            Path.Join(_api.DataRoot, "storage", "videos", "job-1", "intermediate", "metadata.json"));

        using var response = await _client.GetAsync("/api/mv/jobs/job-1/metadata");
        var problem = await response.ProblemAsync(500, "InternalError");
        Assert.That(problem.GetProperty("detail").GetString(), Does.StartWith("The stored metadata.json of job job-1 is damaged"));
    }

    [Test]
    public async Task Get_WhenResumedByRange_ReturnsTheRestOfTheSameBytes()
    {
        await PutAsync(Movie, s_bytes);
        var whole = await _client.GetAsync(Movie);
        using var resumed = new HttpRequestMessage(HttpMethod.Get, Movie);
        resumed.Headers.Range = new RangeHeaderValue(100_000, null);
        resumed.Headers.IfRange = new RangeConditionHeaderValue(whole.Headers.ETag!);

        var rest = await _client.SendAsync(resumed);

        Assert.That(await whole.Content.ReadAsByteArrayAsync(), Is.EqualTo(s_bytes));
        Assert.That(whole.Content.Headers.ContentType?.MediaType, Is.EqualTo("video/mp4"));
        Assert.That(whole.Headers.GetValues("Repr-Digest"), Is.EqualTo(new[] { DigestOf(s_bytes) }));
        Assert.That(rest.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
        Assert.That(await rest.Content.ReadAsByteArrayAsync(), Is.EqualTo(s_bytes[100_000..]));
        Assert.That(rest.Content.Headers.ContentRange?.ToString(), Is.EqualTo("bytes 100000-299999/300000"));
    }

    [Test]
    public async Task Get_WhenTheFileChangedSince_SendsAllOfTheNewBytes()
    {
        await PutAsync(Movie, s_bytes);
        var before = (await _client.GetAsync(Movie)).Headers.ETag!;
        await PutAsync(Movie, "new"u8.ToArray());
        using var resumed = new HttpRequestMessage(HttpMethod.Get, Movie);
        resumed.Headers.Range = new RangeHeaderValue(1, null);
        resumed.Headers.IfRange = new RangeConditionHeaderValue(before);

        var response = await _client.SendAsync(resumed);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo("new"));
    }

    [Test]
    public async Task Head_WhenTheFileExists_ReturnsItsHashWithoutABody()
    {
        await PutAsync(Movie, s_bytes);

        var response = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, Movie));

        Assert.That((response.StatusCode, response.Content.Headers.ContentLength), Is.EqualTo((HttpStatusCode.OK, (long?)300_000)));
        Assert.That(response.Headers.ETag?.Tag, Is.EqualTo($"\"sha256-{HashOf(s_bytes)}\""));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.Empty);
    }

    [TestCase("Content-Digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:", "does not match")]
    [TestCase("Content-Digest", "sha-512=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:", "sha-256=:…:")]
    [TestCase("Content-Digest", "sha-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "sha-256=:…:")]
    [TestCase("Content-Digest", "sha-256=:aGVsbG8=:", "sha-256=:…:")]
    [TestCase("Content-Range", "bytes 0-2/9", "in full")]
    [TestCase("Content-Encoding", "gzip", "without Content-Encoding")]
    public async Task Put_WhenTheBodyIsNotWhatTheHeaderSays_KeepsThePreviousFileAndNamesTheHeader(string header, string value, string detail)
    {
        await PutAsync(Movie, "previous"u8.ToArray());

        var response = await PutAsync(Movie, "changed"u8.ToArray(), header, value);

        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.That((response.StatusCode, (string?)problem["error"]), Is.EqualTo((HttpStatusCode.BadRequest, "ValidationError")));
        Assert.That(problem["errors"]![header]![0]!.ToString(), Does.Contain(detail));
        Assert.That(await _client.GetStringAsync(Movie), Is.EqualTo("previous"));
        Assert.That(Directory.GetFiles(_api.JobsRoot, "*.part", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task Put_WhenTheDigestMatches_IsWritten()
    {
        var response = await PutAsync(Movie, s_bytes, "Content-Digest", $"sha-512=:AAAA:, {DigestOf(s_bytes)}");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Put_WhenTheBodyIsTooLong_Is413WithTheLimitAndLeavesNothing(bool isAnnounced)
    {
        using var body = new StreamContent(new MemoryStream(new byte[(1 << 20) + 1]));
        using var request = new HttpRequestMessage(HttpMethod.Put, Movie) { Content = body };
        request.Headers.TransferEncodingChunked = !isAnnounced;

        var response = await _client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("1048576 bytes (JOB_FILE_MAX_BYTES)"));
        Assert.That(Directory.Exists(Workspace), Is.False);
        Assert.That(Directory.GetFiles(_api.JobsRoot, "*.part", SearchOption.AllDirectories), Is.Empty);
    }

    [TestCase("movie.mp4", "final/, scenes/")]
    [TestCase("tmp/movie.mp4", "final/, scenes/")]
    [TestCase("final/..%2F..%2Fx", "not as %2F")]
    [TestCase("final/../x", "final/, scenes/")]
    [TestCase("final/a%01b", "control characters")]
    public async Task Put_WhenThePathIsNoPlaceInAWorkspace_NamesIt(string path, string detail)
    {
        var response = await PutAsync($"{Files}/{path}", "x"u8.ToArray());

        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(problem["errors"]!["path"]![0]!.ToString(), Does.Contain(detail));
        Assert.That(Directory.Exists(Workspace), Is.False);
    }

    [Test]
    public async Task Put_WhenAFolderIsALinkOrAFileIsInTheWay_IsAConflictAndFollowsNothing()
    {
        var outside = Directory.CreateDirectory(Path.Join(_api.JobsRoot, "..", "outside")).FullName;
        Directory.CreateDirectory(Workspace);
        Directory.CreateSymbolicLink(Path.Join(Workspace, "final"), outside);
        Directory.CreateDirectory(Path.Join(Workspace, "scenes", "1.mp4"));

        var linked = await PutAsync(Movie, "x"u8.ToArray());
        var taken = await PutAsync($"{Files}/scenes/1.mp4", "x"u8.ToArray());

        Assert.That((linked.StatusCode, taken.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Conflict)));
        Assert.That(Directory.GetFiles(outside), Is.Empty);
        Assert.That((await _client.GetAsync($"{Files}/scenes/1.mp4")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Put_WhenTheBodyIsEmpty_WritesAnEmptyFile()
    {
        await PutAsync(Movie, []);

        Assert.That(await _client.GetByteArrayAsync(Movie), Is.Empty);
    }

    [Test]
    public async Task Delete_WhenTheFileExists_RemovesOnlyItAndIsThen404()
    {
        await PutAsync(Movie, s_bytes);
        await PutAsync($"{Files}/scenes/1.mp4", s_bytes);

        var first = await _client.DeleteAsync(Movie);
        var second = await _client.DeleteAsync(Movie);

        Assert.That((first.StatusCode, second.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.NotFound)));
        Assert.That(await second.Content.ReadAsStringAsync(), Does.Contain("final/movie.mp4"));
        Assert.That((await _client.GetAsync(Movie)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await _client.GetAsync($"{Files}/scenes/1.mp4")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private async Task<HttpResponseMessage> PutAsync(string url, byte[] bytes, string? header = null, string? value = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(bytes) };
        if (header is not null)
        {
            request.Content.Headers.TryAddWithoutValidation(header, value);
        }

        return await _client.SendAsync(request);
    }

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string DigestOf(byte[] bytes) => $"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:";
}
