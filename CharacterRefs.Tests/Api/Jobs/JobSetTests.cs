using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Api.Jobs;

[Category("Api")]
internal sealed class JobSetTests : IDisposable
{
    private const string Job = "/api/mv/jobs/job-1";

    private readonly ApiFactory _api = new();
    private readonly HttpClient _client;

    public JobSetTests() => _client = _api.CreateClient();

    public void Dispose()
    {
        _client.Dispose();
        _api.Dispose();
    }

    [Test]
    public async Task Persist_WhenTheWorkspaceHasFiles_ReturnsUrlsThatWork()
    {
        Write("tmp/scratch.bin", "ignored");
        Write("final/movie.mp4", "movie");
        Write("scenes/1.mp4", "scene");
        Directory.CreateDirectory(PathOf("audio"));
        File.CreateSymbolicLink(PathOf("audio/link.mp3"), PathOf("final/movie.mp4"));

        var partial = await OkJsonAsync(await _client.PostAsJsonAsync($"{Job}/assets/persist", new { }));
        File.Delete(PathOf("audio/link.mp3"));
        var whole = await OkJsonAsync(await _client.PostAsync($"{Job}/assets/persist", null));

        var failed = partial["failed"]!.AsArray().Single()!;
        Assert.That($"{failed["path"]} {failed["error"]}", Is.EqualTo("audio/link.mp3 ValidationError"));
        Assert.That((string?)failed["detail"], Does.Contain("link"));
        Assert.That(partial["uploaded"]!.ToJsonString(), Is.EqualTo("""["final/movie.mp4","scenes/1.mp4"]"""));
        Assert.That($"{partial["manifest"]!["complete"]} {partial["manifest"]!["file_count"]}", Is.EqualTo("false 2"));
        Assert.That(whole["skipped"]!.ToJsonString(), Is.EqualTo("""["final/movie.mp4","scenes/1.mp4"]"""));
        Assert.That(whole["ignored"]!.ToJsonString(), Is.EqualTo("""["tmp/"]"""));
        var manifest = whole["manifest"]!;
        Assert.That($"{manifest["path"]} {manifest["complete"]} {manifest["file_count"]} {manifest["total_bytes"]}", Is.EqualTo(
            "videos/job-1/manifest.json true 2 10"));
        Assert.That(await _client.GetStringAsync((string)whole["final_video"]!), Is.EqualTo("movie"));
        Assert.That(await _client.GetStringAsync((string)whole["scenes"]![0]!), Is.EqualTo("scene"));
        Assert.That((whole["metadata"], whole["script"]), Is.EqualTo((default(JsonNode), default(JsonNode))));
        Assert.That(whole.AsObject().Select(member => member.Key), Is.EquivalentTo(new[]
        {
            "job_id", "final_video", "scenes", "audio", "uploads", "character_references", "metadata", "script", "uploaded", "skipped", "removed", "failed",
                "ignored", "manifest",
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
        var response = await _client.PostAsync(url, new StringContent(json, Encoding.UTF8, "application/json"));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await response.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject().Select(error => error.Key), Is.EqualTo([field]));
    }

    [Test]
    public async Task Persist_WhenThereIsNothing_Is404() =>
        Assert.That((await _client.PostAsJsonAsync($"{Job}/assets/persist", new { })).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));

    [TestCase("final", "movie.mp4", "final/movie.mp4", "final/movie_v1.mp4")]
    [TestCase("metadata", null, "metadata.json", "metadata_v1.json")]
    [TestCase("metadata", "metadata.json", "metadata.json", "metadata_v1.json")]
    public async Task Backup_WhenTheFileIsStored_ReturnsTheVersion(string type, string? name, string path, string version)
    {
        Write(path, "{}");
        await _client.PostAsJsonAsync($"{Job}/assets/persist", new { });

        var backup = await OkJsonAsync(await _client.PostAsJsonAsync($"{Job}/assets/backup", new { asset_type = type, asset_name = name }));

        Assert.That($"{backup["job_id"]} {backup["path"]} {backup["version_path"]} {backup["version"]}", Is.EqualTo($"job-1 {path} {version} 1"));
        Assert.That(await _client.GetStringAsync((string)backup["url"]!), Is.EqualTo("{}"));
        Assert.That((DateTimeOffset)backup["expires_at"]!, Is.GreaterThan(DateTimeOffset.UnixEpoch.AddYears(50)));
    }

    [Test]
    public async Task Backup_WhenTheOnlyVersionIsOther_KeepsItAndListsWhatWasRemoved()
    {
        foreach (var text in new[] { "first", "second" })
        {
            Write("final/v.mp4", text);
            await PostAsync($"{Job}/assets/persist", new { });
        }

        var backup = await PostAsync($"{Job}/assets/backup", new { asset_type = "final", asset_name = "v.mp4" });
        var again = await PostAsync($"{Job}/assets/backup", new { asset_type = "final", asset_name = "v.mp4" });

        Assert.That(backup.GetProperty("removed_versions").GetArrayLength(), Is.Zero);
        Assert.That(again.GetProperty("version_path").GetString(), Is.EqualTo(backup.GetProperty("version_path").GetString()));
        Assert.That(await VersionsAsync(), Is.EqualTo(["first", "second"]));

        Write("final/v.mp4", "third");
        await PostAsync($"{Job}/assets/persist", new { });
        Assert.That(await VersionsAsync(), Is.EqualTo(["second"]), "the limit is applied again when the file is replaced");

        async Task<string[]> VersionsAsync()
        {
            var versions = (await GetAsync($"{Job}/assets")).GetProperty("versions").EnumerateArray();
            return await Task.WhenAll(versions.Select(version => _client.GetStringAsync(version.GetProperty("url").GetString())));
        }
    }

    [Test]
    public async Task Backup_WhenTheLimitWasLowered_ListsTheVersionsThatWereRemoved()
    {
        using var data = new TempDirectory();
        using var workspaces = new TempDirectory();
        var film = Path.Join(Directory.CreateDirectory(Path.Join(workspaces.FullPath, "job-1", "final")).FullName, "v.mp4");
        JsonElement before;
        using (var api = Start(2))
        using (var client = api.CreateClient())
        {
            foreach (var text in new[] { "first", "second", "third" })
            {
                await File.WriteAllTextAsync(film, text);
                (await client.PostAsync($"{Job}/assets/persist", null)).AssertStatus(HttpStatusCode.OK);
            }

            before = await (await client.GetAsync($"{Job}/assets")).JsonAsync();
        }

        using var restarted = Start(1);
        using var again = restarted.CreateClient();
        var backup = await (await again.PostAsJsonAsync($"{Job}/assets/backup", new { asset_type = "final", asset_name = "v.mp4" })).JsonAsync();

        Assert.That(before.GetProperty("versions").GetArrayLength(), Is.EqualTo(2));
        Assert.That(backup.GetProperty("removed_versions").EnumerateArray().Select(path => path.GetString()), Is.EqualTo(["final/v_v1.mp4"]));

        ApiFactory Start(int limit) => new(data.FullPath, ("JOBS_ROOT", workspaces.FullPath), ("ASSET_BACKUP_LIMIT", $"{limit}"));
    }

    [TestCase("scenes/space ")]
    [TestCase("scenes/bad.")]
    [TestCase("scenes/long")]
    [TestCase("audio/link.mp3")]
    [TestCase("scenes/1.mp4/take.mp4")]
    public async Task Persist_WhenOneFileCannotBeStored_CommitsTheRestAndListsItUntilItIsGone(string bad)
    {
        Write("final/v.mp4", "old");
        Write("scenes/1.mp4", "scene");
        await PostAsync($"{Job}/assets/persist", null);
        bad = bad.EndsWith("long", StringComparison.Ordinal) ? bad.PadRight("scenes/".Length + 250, 'x') : bad;
        Write("final/v.mp4", "new");
        Write("audio/1.mp3", "sound");
        if (bad.StartsWith("scenes/1.mp4/", StringComparison.Ordinal))
        {
            File.Delete(PathOf("scenes/1.mp4"));
        }

        if (bad.StartsWith("audio/", StringComparison.Ordinal))
        {
            File.CreateSymbolicLink(PathOf(bad), PathOf("final/v.mp4"));
        }
        else
        {
            Write(bad, "bad");
        }

        var persisted = await PostAsync($"{Job}/assets/persist", null);
        var list = await GetAsync($"{Job}/assets");
        var restored = await PostAsync($"{Job}/assets/download", new { local_base_path = "copy" });

        Assert.That(Names(persisted, "uploaded"), Is.EqualTo(["audio/1.mp3", "final/v.mp4"]));
        Assert.That(Names(persisted, "failed"), Is.EqualTo([bad]));
        Assert.That(persisted.GetProperty("manifest").GetProperty("complete").GetBoolean(), Is.False);
        Assert.That(list.GetProperty("complete").GetBoolean(), Is.False);
        Assert.That(Names(list, "refused"), Is.EqualTo([bad]));
        Assert.That(Names(restored, "ignored"), Is.EqualTo([bad]));
        Assert.That(File.ReadAllText(Path.Join(_api.JobsRoot, "copy/final/v.mp4")), Is.EqualTo("new"));

        File.Delete(PathOf(bad));
        var whole = await PostAsync($"{Job}/assets/persist", null);
        Assert.That(whole.GetProperty("manifest").GetProperty("complete").GetBoolean(), Is.True);
        Assert.That((await GetAsync($"{Job}/assets")).GetProperty("complete").GetBoolean(), Is.True);
    }

    [Test]
    public async Task Persist_WhenItMirrors_LetsGoneFilesLeaveTheSetAsVersions()
    {
        var id = await _client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        await PostAsync($"{Job}/character_references", new { image_ids = new[] { id } });
        Write("final/v.mp4", "video");
        Write("scenes/1.mp4", "scene");
        await PostAsync($"{Job}/assets/persist", null);
        File.Delete(PathOf("scenes/1.mp4"));
        File.Delete(PathOf($"character_reference/{id}.png"));

        Assert.That(Names(await PostAsync($"{Job}/assets/persist", null), "removed"), Is.Empty);
        var mirrored = await PostAsync($"{Job}/assets/persist", new { mirror = true });
        var list = await GetAsync($"{Job}/assets");

        Assert.That(Names(mirrored, "removed"), Is.EqualTo(["scenes/1.mp4"]));
        Assert.That(Names(list, "files"), Is.EqualTo([$"character_reference/{id}.png", "final/v.mp4"]));
        Assert.That(await _client.GetStringAsync(list.GetProperty("versions")[0].GetProperty("url").GetString()), Is.EqualTo("scene"));
        Assert.That(Names(list, "ignored"), Is.Empty);
        Assert.That(Names(await GetAsync($"{Job}/assets/verify?depth=hash"), "extra"), Is.Empty);
    }

    [Test]
    public async Task RemoveAsset_WhenItIsInTheSet_TakesOnlyThisOneOut()
    {
        var id = await _client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        await PostAsync($"{Job}/character_references", new { image_ids = new[] { id } });
        Write("final/v.mp4", "video");
        Write("scenes/ä b/1.mp4", "scene");
        await PostAsync($"{Job}/assets/persist", null);

        (await _client.DeleteAsync($"{Job}/assets/scenes/ä b/1.mp4")).AssertStatus(HttpStatusCode.NoContent);

        var list = await GetAsync($"{Job}/assets");
        Assert.That(Names(list, "files"), Is.EqualTo([$"character_reference/{id}.png", "final/v.mp4"]));
        Assert.That(list.GetProperty("versions")[0].GetProperty("version_of").GetString(), Is.EqualTo("scenes/ä b/1.mp4"));
        Assert.That(File.Exists(PathOf("scenes/ä b/1.mp4")), Is.True);
        await SendAsync("DELETE", $"{Job}/assets/scenes/ä b/1.mp4", HttpStatusCode.NotFound);
        await SendAsync("DELETE", $"{Job}/assets/character_reference/{id}.png", HttpStatusCode.Conflict);
        await (await _client.DeleteAsync($"{Job}/assets/other/1.mp4")).ProblemOnFieldAsync("path", "final/");
    }

    [TestCase(20, HttpStatusCode.Conflict)]
    [TestCase(3_000_000_000, HttpStatusCode.OK)]
    public async Task Persist_WhenAnotherHoldsTheLease_NamesItsEndAndIsNotBlockedForGood(long seconds, HttpStatusCode expected)
    {
        Write("final/movie.mp4", "movie");
        var end = TimeProvider.System.GetUtcNow().AddSeconds(seconds);
        await _api.Services.GetRequiredService<IJobLeases>().TryTakeAsync(AJobAsset.Job, Guid.NewGuid(), end, default);

        var response = await _client.PostAsJsonAsync($"{Job}/assets/persist", new { });

        Assert.That(response.StatusCode, Is.EqualTo(expected));
        if (expected is HttpStatusCode.Conflict)
        {
            Assert.That((await response.ProblemAsync(409, "Conflict")).GetProperty("detail").GetString(), Does.Contain($"{end:yyyy-MM-ddTHH:mm:ssZ}"));
            Assert.That((await _client.DeleteAsync($"{Job}/lease")).StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            (await _client.PostAsJsonAsync($"{Job}/assets/persist", new { })).AssertStatus(HttpStatusCode.OK);
        }

        await (await _client.DeleteAsync($"{Job}/lease")).ProblemAsync(404, "NotFound");
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
    public async Task Metadata_WhenItIsNoObject_IsRejected(string json)
    {
        var response = await PutAsync(json);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await response.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject().Select(error => error.Key), Is.EqualTo(["body"]));
        Assert.That(File.Exists(PathOf("metadata.json")), Is.False);
    }

    [Test]
    public async Task Set_WhenItIsStored_IsListedVerifiedRestoredRepairedAndDeleted()
    {
        var manifest = await CommitAsync("final/movie.mp4", "scenes/ä b.mp4");

        var list = await GetAsync($"{Job}/assets");
        Assert.That((list.GetProperty("complete").GetBoolean(), list.GetProperty("file_count").GetInt32()), Is.EqualTo((true, 2)));
        Assert.That(list.GetProperty("total_bytes").GetInt64(), Is.EqualTo(manifest.Files.Sum(file => file.SizeBytes)));
        Assert.That(list.GetProperty("stored_at").GetString(), Is.EqualTo("2026-11-22T12:00:00.000000Z"));
        var file = list.GetProperty("files")[1];
        Assert.That(file.GetProperty("path").GetString(), Is.EqualTo("scenes/ä b.mp4"));
        Assert.That(file.GetProperty("role").GetString(), Is.EqualTo("scenes"));
        Assert.That(file.GetProperty("sha256").GetString(), Is.EqualTo(manifest.Files[1].Sha256.ToString()));
        Assert.That(file.GetProperty("crc32").GetString(), Is.EqualTo("00c0ffee"));
        Assert.That(file.GetProperty("cloud_path").GetString(), Is.EqualTo("videos/job-1/intermediate/scenes/ä b.mp4"));
        Assert.That(await _client.GetByteArrayAsync(file.GetProperty("url").GetString()), Is.EqualTo(SetScene.Bytes("scenes/ä b.mp4")));
        Assert.That(list.GetProperty("final_video").GetString(), Is.EqualTo(list.GetProperty("files")[0].GetProperty("url").GetString()));

        var verified = await GetAsync($"{Job}/assets/verify?depth=hash");
        Assert.That((verified.GetProperty("depth").GetString(), verified.GetProperty("complete").GetBoolean()), Is.EqualTo(("hash", true)));

        var downloaded = await PostAsync($"{Job}/assets/download", null);
        Assert.That(downloaded.GetProperty("downloaded").EnumerateArray().Select(path => path.GetString()), Is.EqualTo(["final/movie.mp4", "scenes/ä b.mp4"]));
        Assert.That(downloaded.GetProperty("local_base_path").GetString(), Is.Not.Empty);

        await _api.Services.GetRequiredService<IAssetStore>().DeleteAsync(manifest.Files[0].Key, default);
        Assert.That((await GetAsync($"{Job}/assets/verify")).GetProperty("missing")[0].GetString(), Is.EqualTo("final/movie.mp4"));
        var failed = (await PostAsync($"{Job}/assets/download", new { local_base_path = "copy" })).GetProperty("failed")[0];
        Assert.That((failed.GetProperty("path").GetString(), failed.GetProperty("error").GetString()), Is.EqualTo(("final/movie.mp4", "NotFound")));
        var repaired = await PostAsync($"{Job}/assets/repair", null);
        Assert.That((repaired.GetProperty("complete").GetBoolean(), repaired.GetProperty("repaired")[0].GetString()), Is.EqualTo((true, "final/movie.mp4")));

        Assert.That((await _client.DeleteAsync(Job)).StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await _client.DeleteAsync(Job)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await _client.GetAsync($"{Job}/assets")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("GET", "assets")]
    [TestCase("GET", "assets/verify")]
    [TestCase("POST", "assets/download")]
    [TestCase("POST", "assets/repair")]
    [TestCase("DELETE", "")]
    public async Task Job_WhenNothingOfItIsStored_IsNotFound(string method, string path)
    {
        var problem = await SendAsync(method, $"{Job}/{path}".TrimEnd('/'), HttpStatusCode.NotFound);

        Assert.That(problem.GetProperty("error").GetString(), Is.EqualTo("NotFound"));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("job-1"));
    }

    [TestCase("GET", "assets")]
    [TestCase("GET", "assets/verify")]
    [TestCase("POST", "assets/download")]
    [TestCase("POST", "assets/repair")]
    [TestCase("DELETE", "")]
    public async Task Job_WhenTheIdIsNone_IsRejectedByName(string method, string path)
    {
        var problem = await SendAsync(method, $"/api/mv/jobs/-a/{path}".TrimEnd('/'), HttpStatusCode.BadRequest);

        Assert.That(problem.GetProperty("errors").GetProperty("job_id")[0].GetString(), Does.Contain("1 to 128"));
    }

    [Test]
    public async Task Verify_WhenTheDepthIsUnknown_NamesTheFieldAndItsValues()
    {
        var problem = await SendAsync("GET", $"{Job}/assets/verify?depth=deep", HttpStatusCode.BadRequest);

        Assert.That(problem.GetProperty("errors").GetProperty("depth")[0].GetString(), Does.Contain("size, hash"));
    }

    [TestCase("download")]
    [TestCase("repair")]
    public async Task Download_WhenTheBasePathIsOutsideTheRoot_NamesTheField(string verb)
    {
        await CommitAsync("final/movie.mp4");

        var response = await _client.PostAsJsonAsync($"{Job}/assets/{verb}", new { local_base_path = "../elsewhere" });

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").TryGetProperty("local_base_path", out _), Is.True);
    }

    [Test]
    public async Task Set_WhenItsManifestIsNotValid_ReturnsConflict()
    {
        await _api.Services.GetRequiredService<IAssetStore>().SaveAsync(
            AssetLayout.JobManifest(AJobAsset.Job), AssetContent.FromBytes("{"u8.ToArray(), "application/json"), default);

        var problem = await SendAsync("GET", $"{Job}/assets", HttpStatusCode.Conflict);

        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("manifest of job job-1 is not valid"));
    }

    private static string[] Names(JsonElement response, string member) => [.. JobScene.Names(response, member)];

    private static async Task<JsonNode> OkJsonAsync(HttpResponseMessage response)
    {
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    private Task<HttpResponseMessage> PutAsync(string json) => _client.PutAsync($"{Job}/metadata", new StringContent(json, Encoding.UTF8, "application/json"));

    private string PathOf(string path) => Path.Join(_api.JobsRoot, "job-1", path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), text);
    }

    private async Task<JobManifest> CommitAsync(params string[] paths)
    {
        var store = _api.Services.GetRequiredService<IAssetStore>();
        var assets = new List<JobAsset>();
        foreach (var path in paths)
        {
            var content = AssetContent.FromBytes(SetScene.Bytes(path), "video/mp4");
            assets.Add(AJobAsset.At(path) with { SizeBytes = content.Length, Sha256 = content.Sha256 });
            await store.SaveAsync(assets[^1].Key, content, default);
        }

        var manifest = new JobManifest(AJobAsset.Job, AJobAsset.Noon, assets, []);
        await new ManifestStore(store).WriteAsync(manifest, default);
        return manifest;
    }

    private async Task<JsonElement> GetAsync(string path) => await _client.GetFromJsonAsync<JsonElement>(path);

    private async Task<JsonElement> PostAsync(string path, object? body)
    {
        var response = await _client.PostAsync(path, body is null ? null : JsonContent.Create(body));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<JsonElement> SendAsync(string method, string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
        var response = await _client.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(expected), await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
