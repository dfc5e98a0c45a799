using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.StoredSets;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NSubstitute;

namespace CharacterRefs.Tests.Api;

[Category("Api")]
internal sealed class JobSetsTests
{
    private const string Job = "/api/mv/jobs/job-1";

    private readonly TempDirectory _root = new();
    private ApiFactory _factory = null!;
    private WebApplicationFactory<Program> _api = null!;
    private HttpClient _client = null!;

    [SetUp]
    public void SetUp()
    {
        _factory = new ApiFactory();
        _api = _factory.WithWebHostBuilder(builder => builder.ConfigureTestServices(services =>
        {
            // Where an adapter is registered, it is used.
            services.TryAddSingleton<IJobsRoot>(new DirectoryWorkspaces(_root.FullPath));
            services.TryAddSingleton<IDigestMemory, RecalledDigests>();
            services.TryAddSingleton<IContentDigester, ShaDigester>();
            services.TryAddSingleton(Substitute.For<IJobCatalog>());
            var leases = Substitute.For<IJobLeases>();
            leases.TryTakeAsync(default, default, default, default).ReturnsForAnyArgs((DateTimeOffset?)null);
            services.TryAddSingleton(leases);
            var mediaTypes = Substitute.For<IMediaTypes>();
            mediaTypes.Of(default!).ReturnsForAnyArgs("video/mp4");
            services.TryAddSingleton(mediaTypes);
        }));
        _client = _api.CreateClient();
    }

    [TearDown]
    public async Task TearDown()
    {
        _client.Dispose();
        await _api.DisposeAsync();
        await _factory.DisposeAsync();
        _root.Dispose();
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
        Assert.That(await _client.GetByteArrayAsync(file.GetProperty("url").GetString()), Is.EqualTo(StoredSetScene.Bytes("scenes/ä b.mp4")));
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
    public async Task Job_WhenTheIdIsNone_IsRefusedByName(string method, string path)
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
    public async Task Work_WhenTheBasePathLeadsOut_NamesTheField(string verb)
    {
        await CommitAsync("final/movie.mp4");

        var answer = await _client.PostAsJsonAsync($"{Job}/assets/{verb}", new { local_base_path = "../elsewhere" });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").TryGetProperty("local_base_path", out _), Is.True);
    }

    [Test]
    public async Task Set_WhenItsManifestCannotBeUnderstood_IsAConflictInWords()
    {
        await _api.Services.GetRequiredService<IAssetStore>().SaveAsync(
            AssetLayout.JobManifest(AJobAsset.Job), AssetContent.FromBytes("{"u8.ToArray(), "application/json"), default);

        var problem = await SendAsync("GET", $"{Job}/assets", HttpStatusCode.Conflict);

        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("manifest of job job-1 cannot be understood"));
    }

    private async Task<JobManifest> CommitAsync(params string[] paths)
    {
        var store = _api.Services.GetRequiredService<IAssetStore>();
        var assets = new List<JobAsset>();
        foreach (var path in paths)
        {
            var content = AssetContent.FromBytes(StoredSetScene.Bytes(path), "video/mp4");
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
        var answer = await _client.PostAsync(path, body is null ? null : JsonContent.Create(body));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<JsonElement> SendAsync(string method, string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
        var answer = await _client.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(expected), await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
