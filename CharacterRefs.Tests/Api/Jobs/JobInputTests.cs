using System.Text;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Jobs;

/// <summary>What no call for a job accepts, and that nothing is done on the way to finding out.</summary>
[Category("Api")]
internal sealed class JobInputTests
{
    private const string Image = "019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44";

    private static readonly string[] s_calls =
    [
        "POST character_references", "GET character_references", $"DELETE character_references/{Image}", "POST assets/persist", "POST assets/download",
            "GET assets",
        "GET assets/verify", "POST assets/repair", "GET assets/archive", "HEAD assets/archive", "POST assets/backup", "GET metadata", "PUT metadata", "DELETE ",
    ];

    private static readonly string[] s_ids = ["-a", ".a", "a.", "a%20b", "a%2Fb", "..%2Fa", "%C3%A4", "%EF%BD%81", new('a', 129)];

    private static readonly string[] s_elsewhere =
        ["/etc", "..", "../data", "job-1/../../data", "link", "link/below", "file", ".staging", "", " ", "a\0b"];

    private static readonly (string Call, string? Json, string Field, string Word)[] s_members =
    [
        ("POST assets/persist", """{"local_base_path":5}""", "local_base_path", ""),
        ("POST assets/download", """{"local_base_path":["a"]}""", "local_base_path", ""),
        ("POST assets/repair", """{"local_base_path":{}}""", "local_base_path", ""),
        ("POST assets/persist", """{"local_base":"a"}""", "local_base", ""),
        ("POST assets/download", """{"local_base":"a"}""", "local_base", ""),
        ("POST assets/repair", """{"local_base":"a"}""", "local_base", ""),
        ("POST assets/persist?force=true", "{}", "force", "known"),
        ("GET assets/verify?depth=deep", null, "depth", "size, hash"),
        ("GET assets/verify?deep=1", null, "deep", "depth"),
        ("GET assets?depth=hash", null, "depth", "known"),
        ("DELETE ?force=true", null, "force", "known"),
        ("POST files/uploads", """{"files":[{"path":"scenes/1.mp4","size_bytes":1}]}""", "files[0].size_bytes", "known: path, size, sha256"),
        ("POST files/uploads", """{"files":[{"path":"scenes/1.mp4","size":"1"}]}""", "files[0].size", "must be a whole number"),
        ("POST files/uploads", """{"files":[1]}""", "files[0]", "must be an object"),
        ("POST files/uploads", """{"files":[null]}""", "files[0]", "Each entry of files must be an object."),
        ("POST files/uploads/commit", """{"files":[{"path":"a","path":"b"}]}""", "files[0].path", "occurs more than once"),
        ("POST character_references", """{"image_ids":[5]}""", "image_ids[0]", "must be a text"),
        ("POST assets/backup", "{}", "asset_type", "final"),
        ("POST assets/backup", """{"asset_type":"films","asset_name":"a"}""", "asset_type", "final"),
        ("POST assets/backup", """{"asset_type":7,"asset_name":"a"}""", "asset_type", ""),
        ("POST assets/backup", """{"asset_type":"final"}""", "asset_name", "final/"),
        ("POST assets/backup", """{"asset_type":"final","asset_name":"../a"}""", "asset_name", "final/"),
        ("POST assets/backup", """{"asset_type":"script","asset_name":"metadata.json"}""", "asset_name", "asset_type"),
        ("POST character_references", "{}", "image_ids", "1 to 1000"),
        ("POST character_references", """{"image_ids":[]}""", "image_ids", "1 to 1000"),
        ("POST character_references", """{"image_ids":null}""", "image_ids", "1 to 1000"),
        ("POST character_references", """{"image_ids":["x"]}""", "image_ids", "UUID"),
        ("POST character_references", """{"image_ids":[null]}""", "image_ids", "UUID"),
        ("POST character_references", $$"""{"image_ids":"{{Image}}"}""", "image_ids", ""),
        ("POST character_references", $$"""{"images":["{{Image}}"]}""", "images", ""),
        ("DELETE character_references/x", null, "image_id", "UUID"),
        ("PUT metadata", "[1]", "body", "object"),
        ("PUT metadata", """{"title":"a","title":"b"}""", "body", "\"title\" occurs more than once"),
        ("PUT metadata", """{"scenes":[{"the name of the scene":1,"the name of the scene":2}]}""", "body", "\"the name of the...\" occurs more than once"),
    ];

    private JobScene _scene = null!;
    private ApiFactory _api = null!;
    private HttpClient _client = null!;

    [SetUp]
    public async Task SetUp()
    {
        _scene = await JobScene.SetUpAsync(hasBucket: false);
        _api = _scene.Start();
        _client = _api.CreateClient();
        _scene.Write("final/movie.mp4", "movie"u8.ToArray());
    }

    [TearDown]
    public async Task TearDown()
    {
        _client.Dispose();
        _api.Dispose();
        await _scene.DisposeAsync();
    }

    [Test]
    public Task AnyCall_WhenTheJobIdIsNone_NamesItAndTheRule() => AssertNothingIsDoneAsync(async () =>
    {
        foreach (var (call, id) in s_calls.SelectMany(call => s_ids.Select(id => (call, id))))
        {
            using var response = await SendAsync(call, id, BodyOf(call));
            if (call.StartsWith("HEAD", StringComparison.Ordinal))
            {
                Assert.That((int)response.StatusCode, Is.EqualTo(400), id);
            }
            else
            {
                await response.ProblemOnFieldAsync("job_id", "1 to 128", "not ending with a dot");
            }
        }
    });

    [Test]
    public Task Work_WhenTheBasePathLeadsElsewhere_NamesIt([Values("persist", "download", "repair")] string action) => AssertNothingIsDoneAsync(async () =>
    {
        Directory.CreateSymbolicLink(Path.Join(_scene.JobsRoot, "link"), _scene.DataRoot);
        await File.WriteAllTextAsync(Path.Join(_scene.JobsRoot, "file"), "no directory");

        foreach (var path in s_elsewhere)
        {
            using var response = await JobScene.PostAsync(_client, $"assets/{action}", new { local_base_path = path });

            await response.ProblemOnFieldAsync("local_base_path");
        }
    });

    [Test]
    public Task Call_WhenAMemberIsNotAcceptable_NamesItAndTheRule() => AssertNothingIsDoneAsync(async () =>
    {
        foreach (var (call, json, field, word) in s_members)
        {
            using var response = await SendAsync(call, JobScene.Job, json);

            await response.ProblemOnFieldAsync(field, word);
        }
    });

    [Test]
    public Task Associate_WhenThereAreTooManyIds_SaysHowManyThereMayBe() => AssertNothingIsDoneAsync(async () =>
    {
        using var response = await JobScene.PostAsync(_client, "character_references", new { image_ids = Enumerable.Repeat(Image, 1001) });

        await response.ProblemOnFieldAsync("image_ids", "1 to 1000");
    });

    [Test]
    public Task Work_WhenTheBasePathIsTooLong_SaysHowLongItMayBe([Values("persist", "download", "repair")] string action) =>
        AssertNothingIsDoneAsync(async () =>
    {
        using var response = await JobScene.PostAsync(_client, $"assets/{action}", new { local_base_path = new string('a', 4097) });

        await response.ProblemOnFieldAsync("local_base_path", "4096");
    });

    private static string? BodyOf(string call) => call switch
    {
        "POST character_references" => $$"""{"image_ids":["{{Image}}"]}""",
        "POST assets/backup" => """{"asset_type":"final","asset_name":"movie.mp4"}""",
        _ => call.StartsWith('P') ? "{}" : null,
    };

    private async Task AssertNothingIsDoneAsync(Func<Task> callAsync)
    {
        await callAsync();

        Assert.That(await _scene.KeysAsync(), Is.Empty);
        Assert.That(_scene.Hashes().Keys, Is.EqualTo(["final/movie.mp4"]));
        Assert.That(Directory.EnumerateDirectories(_scene.JobsRoot).Select(Path.GetFileName).Where(name => name is not "link"), Is.EqualTo([JobScene.Job]));
    }

    private Task<HttpResponseMessage> SendAsync(string call, string id, string? json)
    {
        var (method, rest) = (call[..call.IndexOf(' ', StringComparison.Ordinal)], call[(call.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        var separator = rest.Length == 0 || rest[0] == '?' ? "" : "/";
        return _client.SendAsync(new HttpRequestMessage(HttpMethod.Parse(method), $"/api/mv/jobs/{id}{separator}{rest}")
        {
            Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"),
        });
    }
}
