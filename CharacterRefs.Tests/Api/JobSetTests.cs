using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;
using CharacterRefs.Tests.Support.Sets;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace CharacterRefs.Tests.Api;

[Category("Api")]
internal sealed class JobSetTests : IDisposable
{
    private const string Job = "/api/mv/jobs/job-1";

    private readonly TempDirectory _root = new();
    private readonly ScriptedWorkspace _workspace;
    private readonly ApiFactory _api;
    private readonly HttpClient _client;

    public JobSetTests()
    {
        var workspaces = new ScriptedJobsRoot(_root.FullPath);
        _workspace = workspaces.Of("job-1");
        var mediaTypes = Substitute.For<IMediaTypes>();
        mediaTypes.Of(default!).ReturnsForAnyArgs("text/x-test");
        _api = new ApiFactory
        {
            Registrations = services => services
                .AddSingleton<IJobsRoot>(workspaces)
                .AddSingleton<IDigestMemory, MemoryDigests>()
                .AddSingleton<IJobLeases, MemoryLeases>()
                .AddSingleton<IContentDigester, PlainDigester>()
                .AddSingleton(Substitute.For<IJobCatalog>())
                .AddSingleton(mediaTypes),
        };
        _client = _api.CreateClient();
    }

    public void Dispose()
    {
        _client.Dispose();
        _api.Dispose();
        _root.Dispose();
    }

    [Test]
    public async Task Persist_WhenTheWorkspaceHasFiles_AnswersWithUrlsThatWork()
    {
        _workspace.Ignored.Add("tmp/");
        _workspace.Write("final/movie.mp4", "movie");
        _workspace.Write("scenes/1.mp4", "scene");
        _workspace.Refused.Add(new RefusedWorkspaceEntry("audio/link.mp3", "It is a link."));

        var partial = await AnswerAsync(await _client.PostAsJsonAsync($"{Job}/assets/persist", new { }));
        _workspace.Refused.Clear();
        var whole = await AnswerAsync(await _client.PostAsync($"{Job}/assets/persist", null));

        Assert.That(partial["failed"]!.ToJsonString(), Is.EqualTo("""[{"path":"audio/link.mp3","error":"ValidationError","detail":"It is a link."}]"""));
        Assert.That(partial["uploaded"]!.ToJsonString(), Is.EqualTo("""["final/movie.mp4","scenes/1.mp4"]"""));
        Assert.That((partial["manifest"], partial["final_video"]), Is.EqualTo((default(JsonNode), default(JsonNode))));
        Assert.That(whole["skipped"]!.ToJsonString(), Is.EqualTo("""["final/movie.mp4","scenes/1.mp4"]"""));
        Assert.That(whole["ignored"]!.ToJsonString(), Is.EqualTo("""["tmp/"]"""));
        var manifest = whole["manifest"]!;
        Assert.That($"{manifest["path"]} {manifest["complete"]} {manifest["file_count"]} {manifest["total_bytes"]}", Is.EqualTo("videos/job-1/manifest.json true 2 10"));
        Assert.That(await _client.GetStringAsync((string)whole["final_video"]!), Is.EqualTo("movie"));
        Assert.That(await _client.GetStringAsync((string)whole["scenes"]![0]!), Is.EqualTo("scene"));
        Assert.That((whole["metadata"], whole["script"]), Is.EqualTo((default(JsonNode), default(JsonNode))));
        Assert.That(whole.AsObject().Select(member => member.Key), Is.EquivalentTo(new[]
        {
            "job_id", "final_video", "scenes", "audio", "uploads", "character_references", "metadata", "script", "uploaded", "skipped", "failed", "ignored", "manifest",
        }));
    }

    [TestCase("/api/mv/jobs/..%2Fx/assets/persist", "{}", "job_id")]
    [TestCase($"{Job}/assets/persist", """{ "local_base_path": "../x" }""", "local_base_path")]
    [TestCase($"{Job}/assets/persist", """{ "local_base_path": "" }""", "local_base_path")]
    [TestCase($"{Job}/assets/persist", """{ "localBasePath": "x" }""", "localBasePath")]
    [TestCase($"{Job}/assets/backup", """{ "asset_name": "x" }""", "asset_type")]
    [TestCase($"{Job}/assets/backup", """{ "asset_type": "films", "asset_name": "x" }""", "asset_type")]
    [TestCase($"{Job}/assets/backup", """{ "asset_type": "final" }""", "asset_name")]
    [TestCase($"{Job}/assets/backup", """{ "asset_type": "final", "asset_name": "../../x" }""", "asset_name")]
    [TestCase($"{Job}/assets/backup", """{ "asset_type": "metadata", "asset_name": "x.json" }""", "asset_name")]
    public async Task Post_WhenAMemberIsNotAcceptable_NamesIt(string url, string json, string field)
    {
        var answer = await _client.PostAsync(url, new StringContent(json, Encoding.UTF8, "application/json"));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await answer.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject().Select(error => error.Key), Is.EqualTo([field]));
    }

    [Test]
    public async Task Persist_WhenThereIsNothing_Is404() =>
        Assert.That((await _client.PostAsJsonAsync($"{Job}/assets/persist", new { })).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));

    [TestCase("final", "movie.mp4", "final/movie.mp4", "final/movie_v1.mp4")]
    [TestCase("metadata", null, "metadata.json", "metadata_v1.json")]
    [TestCase("metadata", "metadata.json", "metadata.json", "metadata_v1.json")]
    public async Task Backup_WhenTheFileIsStored_AnswersWithTheVersion(string type, string? name, string path, string version)
    {
        _workspace.Write(path, "{}");
        await _client.PostAsJsonAsync($"{Job}/assets/persist", new { });

        var backup = await AnswerAsync(await _client.PostAsJsonAsync($"{Job}/assets/backup", new { asset_type = type, asset_name = name }));

        Assert.That($"{backup["job_id"]} {backup["path"]} {backup["version_path"]} {backup["version"]}", Is.EqualTo($"job-1 {path} {version} 1"));
        Assert.That(await _client.GetStringAsync((string)backup["url"]!), Is.EqualTo("{}"));
        Assert.That((DateTimeOffset)backup["expires_at"]!, Is.GreaterThan(DateTimeOffset.UnixEpoch.AddYears(50)));
    }

    [Test]
    public async Task Metadata_WhenPut_IsGivenBackAsItWasSent()
    {
        Assert.That((await _client.GetAsync($"{Job}/metadata")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        const string Document = """{ "title":  "日本", "n": 1.50 }""";

        var put = await PutAsync(Document);
        var got = await _client.GetAsync($"{Job}/metadata");
        using var again = new HttpRequestMessage(HttpMethod.Get, $"{Job}/metadata") { Headers = { { "If-None-Match", got.Headers.ETag!.ToString() } } };

        Assert.That(put.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await got.Content.ReadAsStringAsync(), Is.EqualTo(Document));
        Assert.That(got.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/json"));
        Assert.That(got.Headers.ETag, Is.EqualTo(put.Headers.ETag).And.Not.Null);
        Assert.That((await _client.SendAsync(again)).StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
    }

    [TestCase("[]")]
    [TestCase("1")]
    [TestCase("null")]
    [TestCase("")]
    [TestCase("""{ "a": }""")]
    [TestCase("""{ "a": 1, "a": 2 }""")]
    public async Task Metadata_WhenItIsNoObject_IsRefused(string json)
    {
        var answer = await PutAsync(json);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await answer.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject().Select(error => error.Key), Is.EqualTo(["body"]));
        Assert.That(File.Exists(_workspace.PathOf("metadata.json")), Is.False);
    }

    private static async Task<JsonNode> AnswerAsync(HttpResponseMessage answer)
    {
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    private Task<HttpResponseMessage> PutAsync(string json) => _client.PutAsync($"{Job}/metadata", new StringContent(json, Encoding.UTF8, "application/json"));
}
