using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Api.Jobs;

/// <summary>Images that jobs use, on local disk and on a real S3 server behind a port that can fail.</summary>
[TestFixture(false, Category = "Api")]
[TestFixture(true, Category = "Integration")]
internal sealed class JobReferencesTests(bool hasBucket)
{
    private const string Url = "/api/mv/jobs/job-1/character_references";

    private S3TestBucket? _bucket;
    private TcpRelay? _relay;
    private ApiFactory _api = null!;
    private HttpClient _client = null!;

    [SetUp]
    public async Task Start()
    {
        if (hasBucket)
        {
            _bucket = await S3TestServer.CreateBucketAsync();
            _relay = new TcpRelay(_bucket.Options.Endpoint!);
        }

        _api = new ApiFactory(settings: _bucket is null ? [] :
        [
            ("STORAGE_BACKEND", "s3"),
            ("STORAGE_BUCKET", _bucket.Name),
            ("S3_ENDPOINT", _relay!.Address.OriginalString),
            ("AWS_ACCESS_KEY_ID", _bucket.Options.AccessKeyId!.Reveal()),
            ("AWS_SECRET_ACCESS_KEY", _bucket.Options.SecretAccessKey!.Reveal()),
            ("S3_PROBE_INTERVAL", "1"),
            ("S3_CONNECT_TIMEOUT", "1"),
            ("S3_MAX_RETRIES", "1"),
        ]);
        _client = _api.CreateClient();
    }

    [TearDown]
    public async Task Stop()
    {
        _client?.Dispose();
        _api?.Dispose();
        if (_relay is not null)
        {
            await _relay.DisposeAsync();
            await _bucket!.DisposeAsync();
        }
    }

    [Test]
    public async Task Associate_WhenImagesAreKnown_GivesTheJobItsCopiesAndKeepsTheOrder()
    {
        var images = new[] { Picture(8), Picture(9), Picture(10) };
        var ids = await UploadAsync(images);

        await AssociateAsync(ids[2], ids[0], ids[2]);
        var response = await AssociateAsync(ids[1], ids[0]);

        var listed = await (await _client.GetAsync(Url)).JsonAsync();
        var items = listed.GetProperty("items").EnumerateArray().ToList();
        Assert.That(listed.GetProperty("job_id").GetString(), Is.EqualTo("job-1"));
        Assert.That(IdsOf(response), Is.EqualTo([ids[2], ids[0], ids[1]]));
        Assert.That(IdsOf(listed), Is.EqualTo(IdsOf(response)));
        Assert.That(items.Select(item => item.GetProperty("position").GetInt32()), Is.EqualTo([0, 1, 2]));
        foreach (var (item, bytes) in items.Zip([images[2], images[0], images[1]]))
        {
            var id = item.GetProperty("image_id").GetString();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(item.GetProperty("cloud_path").GetString(), Is.EqualTo($"videos/job-1/intermediate/character_reference/{id}.png"));
                Assert.That(await FetchAsync(item.GetProperty("url").GetString()!), Is.EqualTo(bytes));
                Assert.That(item.GetProperty("expires_at").GetDateTimeOffset(), Is.GreaterThan(TimeProvider.System.GetUtcNow()));
                Assert.That(item.GetProperty("path").GetString(), Does.EndWith($"job-1/character_reference/{id}.png").And.Not.StartWith("/"));
                Assert.That(await File.ReadAllBytesAsync(InWorkspace(id!)), Is.EqualTo(bytes));
                Assert.That(item.GetProperty("content_type").GetString(), Is.EqualTo("image/png"));
                Assert.That(item.GetProperty("width").GetInt32(), Is.InRange(8, 10));
                Assert.That(item.GetProperty("height").GetInt32(), Is.EqualTo(8));
                Assert.That(item.GetProperty("size_bytes").GetInt64(), Is.EqualTo(bytes.Length));
                Assert.That(item.GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))));
            }
        }
    }

    [Test]
    public async Task Record_WhenJobsUseTheImage_NamesThemAndTheListCanBeNarrowed()
    {
        var ids = await UploadAsync(Picture(8), Picture(9), Picture(10));
        await AssociateAsync(ids[0], ids[2]);
        await (await _client.PostAsJsonAsync("/api/mv/jobs/a-job/character_references", new { image_ids = new[] { ids[2] } })).JsonAsync();

        var record = await (await _client.GetAsync($"/api/mv/character_references/{ids[2]}")).JsonAsync();
        var all = await (await _client.GetAsync("/api/mv/character_references")).JsonAsync();
        var ofJob = await (await _client.GetAsync("/api/mv/character_references?job_id=job-1")).JsonAsync();
        var ofNone = await (await _client.GetAsync("/api/mv/character_references?job_id=job-2")).JsonAsync();

        Assert.That(JobsOf(record), Is.EqualTo(["a-job", "job-1"]));
        Assert.That(all.GetProperty("items").EnumerateArray().Select(JobsOf), Is.EqualTo(new string[][] { ["a-job", "job-1"], [], ["job-1"] }));
        Assert.That(ofJob.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()), Is.EqualTo([ids[2], ids[0]]));
        Assert.That(ofNone.GetProperty("items").GetArrayLength(), Is.Zero);
        await (await _client.GetAsync("/api/mv/character_references?job_id=a/b")).ProblemOnFieldAsync("job_id", "128");
    }

    [Test]
    public async Task Associate_WhenImagesAreUnknown_ListsThemAllAndDoesNothing()
    {
        var ids = await UploadAsync(Picture(8));
        var unknown = new[] { Guid.NewGuid().ToString(), Guid.NewGuid().ToString() };

        var problem = await (await PostAsync(unknown[1], ids[0], unknown[0], unknown[1])).ProblemAsync(404, "NotFound");

        Assert.That(problem.GetProperty("unknown_image_ids").EnumerateArray().Select(id => id.GetString()), Is.EqualTo([unknown[1], unknown[0]]));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain(unknown[0]).And.Contain(unknown[1]).And.Not.Contain(ids[0]));
        await (await _client.GetAsync(Url)).ProblemAsync(404, "NotFound");
        Assert.That(await KeysAsync("videos/"), Is.Empty);
        Assert.That(Path.Combine(_api.JobsRoot, "job-1"), Does.Not.Exist);
    }

    [Test]
    public async Task Associate_WhenAnImageIsOnlyInTheStore_AdoptsIt()
    {
        var known = (await UploadAsync(Picture(8)))[0];
        var (adopted, unknown) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        await Store.SaveAsync(AssetKey.Parse($"character_references/{adopted}.png"), AssetContent.FromBytes(Picture(9), "image/png"), default);

        var problem = await (await PostAsync(unknown, adopted, known)).ProblemAsync(404, "NotFound");
        var response = await AssociateAsync(adopted, known);

        Assert.That(problem.GetProperty("unknown_image_ids").EnumerateArray().Select(id => id.GetString()), Is.EqualTo([unknown]));
        Assert.That(IdsOf(response), Is.EqualTo([adopted, known]));
        Assert.That(await File.ReadAllBytesAsync(InWorkspace(adopted)), Is.EqualTo(Picture(9)));
        Assert.That(await KeysAsync("videos/"), Does.Contain($"videos/job-1/intermediate/character_reference/{adopted}.png"));
        Assert.That(
            (await (await _client.GetAsync($"/api/mv/character_references/{adopted}")).JsonAsync()).GetProperty("origin").GetString(), Is.EqualTo("adopted"));
    }

    [Test]
    public async Task Associate_WhenAnImageIsUnknownAndTheStoreIsDown_CannotSayThatItIsAbsent()
    {
        if (_relay is null)
        {
            Assert.Ignore("A directory is never down.");
            return;
        }

        var known = (await UploadAsync(Picture(8)))[0];
        _relay.Close();

        using var response = await PostAsync(known, Guid.NewGuid().ToString());

        await response.ProblemAsync(503, "StorageUnavailable");
        Assert.That(response.Headers.RetryAfter, Is.Not.Null);
    }

    [TestCase("{}", "image_ids", "1 to 1000")]
    [TestCase("{\"image_ids\":[]}", "image_ids", "1 to 1000")]
    [TestCase("{\"image_ids\":[\"x\"]}", "image_ids", "UUID")]
    [TestCase("{\"image_ids\":[null]}", "image_ids", "UUID")]
    [TestCase("{\"ids\":[]}", "ids", "image_ids")]
    public async Task Associate_WhenTheBodyIsNotAcceptable_NamesTheFieldAndItsLimit(string body, string field, params string[] words) =>
        await (await _client.PostAsync(Url, new StringContent(body, Encoding.UTF8, "application/json"))).ProblemOnFieldAsync(field, words);

    [Test]
    public async Task Associate_WhenThereAreTooMany_IsRejected()
    {
        var some = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid().ToString()).ToArray(); // each costs a listing
        var ids = Enumerable.Range(0, 1001).Select(index => some[index % some.Length]).ToArray();

        await (await PostAsync(ids)).ProblemOnFieldAsync("image_ids", "1 to 1000");
        var problem = await (await PostAsync(ids[..1000])).ProblemAsync(404, "NotFound");

        Assert.That(problem.GetProperty("unknown_image_ids").GetArrayLength(), Is.EqualTo(some.Length));
    }

    [TestCase("workspace")]
    [TestCase("store")]
    public async Task List_WhenAJobUsesNoImage_IsEmptyWhenTheJobIsKnownAndNotFoundOtherwise(string known)
    {
        var problem = await (await _client.GetAsync(Url)).ProblemAsync(404, "NotFound");
        if (known == "workspace")
        {
            Directory.CreateDirectory(Path.Combine(_api.JobsRoot, "job-1"));
        }
        else
        {
            await Manifests.WriteAsync(new JobManifest(AJobAsset.Job, AJobAsset.Noon, [], []), default);
        }

        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("job-1"));
        Assert.That(IdsOf(await (await _client.GetAsync(Url)).JsonAsync()), Is.Empty);
        await (await _client.GetAsync("/api/mv/jobs/job-2/character_references")).ProblemAsync(404, "NotFound");
    }

    [TestCase("a.")]
    [TestCase("-a")]
    [TestCase("%2e%2e%2fa")]
    [TestCase("a%20b")]
    public async Task Jobs_WhenTheIdIsNotAcceptable_NameTheRule(string jobId)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Delete })
        {
            var tail = method == HttpMethod.Delete ? $"/{Guid.NewGuid()}" : "";
            using var request = new HttpRequestMessage(method, $"/api/mv/jobs/{jobId}/character_references{tail}");
            await (await _client.SendAsync(request)).ProblemOnFieldAsync("job_id", JobId.Rule);
        }
    }

    [Test]
    public async Task Delete_WhenAJobUsesTheImage_IsAConflictUntilItIsTakenFromTheJob()
    {
        var id = (await UploadAsync(Picture(8)))[0];
        var url = (await AssociateAsync(id)).GetProperty("items")[0].GetProperty("url").GetString()!;

        var problem = await (await _client.DeleteAsync($"/api/mv/character_references/{id}")).ProblemAsync(409, "Conflict");
        using var removed = await _client.DeleteAsync($"{Url}/{id}");
        await (await _client.DeleteAsync($"{Url}/{id}")).ProblemAsync(404, "NotFound");

        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("job job-1"));
        removed.AssertStatus(HttpStatusCode.NoContent);
        Assert.That(IdsOf(await (await _client.GetAsync(Url)).JsonAsync()), Is.Empty);
        Assert.That(await KeysAsync("videos/"), Is.Empty);
        Assert.That(InWorkspace(id), Does.Not.Exist);
        Assert.That(async () => await FetchAsync(url), Throws.InstanceOf<HttpRequestException>());
        (await _client.DeleteAsync($"/api/mv/character_references/{id}")).AssertStatus(HttpStatusCode.NoContent);
    }

    [Test]
    public async Task Remove_WhenTheManifestNamesTheImage_TakesItOutOfTheSet()
    {
        var ids = await UploadAsync(Picture(8), Picture(9));
        var response = await AssociateAsync(ids);
        var assets = response.GetProperty("items").EnumerateArray().Select(AssetOf).ToList();
        await Manifests.WriteAsync(new JobManifest(AJobAsset.Job, AJobAsset.Noon, assets, []), default);

        (await _client.DeleteAsync($"{Url}/{ids[0]}")).AssertStatus(HttpStatusCode.NoContent);

        var manifest = (await Manifests.FindAsync(AJobAsset.Job, default)).Value!;
        Assert.That(manifest.Files, Is.EqualTo([assets[1]]));
        Assert.That(manifest.StoredAt, Is.GreaterThan(AJobAsset.Noon));
        Assert.That(await KeysAsync("videos/"), Is.EquivalentTo([assets[1].Key.Value, "videos/job-1/manifest.json"]));
    }

    [Test]
    public async Task Remove_WhenThePipelinePutItsOwnFileThere_LeavesItInTheWorkspaceAndInTheSet()
    {
        var id = (await UploadAsync(Picture(8)))[0];
        var asset = AssetOf((await AssociateAsync(id)).GetProperty("items")[0]) with { Sha256 = ContentHash.FromDigest(new byte[32]) };
        await Manifests.WriteAsync(new JobManifest(AJobAsset.Job, AJobAsset.Noon, [asset], []), default);
        await File.WriteAllTextAsync(InWorkspace(id), "drawn over");

        (await _client.DeleteAsync($"{Url}/{id}")).AssertStatus(HttpStatusCode.NoContent);

        Assert.That(await File.ReadAllTextAsync(InWorkspace(id)), Is.EqualTo("drawn over"));
        Assert.That((await Manifests.FindAsync(AJobAsset.Job, default)).Value!.Files, Is.EqualTo([asset]));
        Assert.That(await KeysAsync("videos/"), Does.Contain(asset.Key.Value));
        Assert.That(IdsOf(await (await _client.GetAsync(Url)).JsonAsync()), Is.Empty);
    }

    [Test]
    public async Task Remove_WhenAnotherIsAtWorkOnTheJob_IsAConflictThatSaysWhenToComeBack()
    {
        var id = (await UploadAsync(Picture(8)))[0];
        await AssociateAsync(id);
        var leases = _api.Services.GetRequiredService<IJobLeases>();
        await leases.TryTakeAsync(AJobAsset.Job, Guid.NewGuid(), TimeProvider.System.GetUtcNow().AddSeconds(20), default);

        using var response = await _client.DeleteAsync($"{Url}/{id}");

        await response.ProblemAsync(409, "Conflict");
        Assert.That(response.Headers.RetryAfter?.Delta, Is.InRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20)));
        Assert.That(InWorkspace(id), Does.Exist);
    }

    [Test]
    public async Task Associate_WhenOtherBytesExistAtTheJobsKey_IsAConflictAndAssociatesNothing()
    {
        var ids = await UploadAsync(Picture(8), Picture(9));
        var key = AssetLayout.JobReference(AJobAsset.Job, IdOf(ids[1]), ImageFormat.Png);
        await Store.SaveAsync(key, AssetContent.FromBytes("other"u8.ToArray(), "image/png"), default);

        var problem = await (await PostAsync(ids)).ProblemAsync(409, "Conflict");

        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain(key.Value));
        Assert.That(IdsOf(await (await _client.GetAsync(Url)).JsonAsync()), Is.Empty);
    }

    [Test]
    public async Task Associate_WhenTheLocalFileIsGone_TakesTheBytesFromTheStore()
    {
        var id = (await UploadAsync(Picture(8)))[0];
        await (await _client.PostAsJsonAsync($"/api/mv/character_references/{id}/persist", new { })).JsonAsync();
        File.Delete(Path.Combine(_api.DataRoot, "character_reference", $"{id}.png"));

        await AssociateAsync(id);

        Assert.That(await File.ReadAllBytesAsync(InWorkspace(id)), Is.EqualTo(Picture(8)));
    }

    [Test]
    public async Task Associate_WhenAWorkspaceCopyIsDamagedOrGone_MendsIt([Values] bool gone)
    {
        var id = (await UploadAsync(Picture(8)))[0];
        await AssociateAsync(id);
        File.Delete(InWorkspace(id));
        if (!gone)
        {
            await File.WriteAllBytesAsync(InWorkspace(id), new byte[Picture(8).Length]);
        }

        await AssociateAsync(id);

        Assert.That(await File.ReadAllBytesAsync(InWorkspace(id)), Is.EqualTo(Picture(8)));
    }

    [Test]
    public async Task Persist_WhenItNamesAJob_MakesNoAssociation()
    {
        var id = (await UploadAsync(Picture(8)))[0];

        await (await _client.PostAsJsonAsync($"/api/mv/character_references/{id}/persist", new { job_id = "job-1" })).JsonAsync();

        Assert.That(IdsOf(await (await _client.GetAsync(Url)).JsonAsync()), Is.Empty);
        Assert.That(JobsOf(await (await _client.GetAsync($"/api/mv/character_references/{id}")).JsonAsync()), Is.Empty);
        (await _client.DeleteAsync($"/api/mv/character_references/{id}")).AssertStatus(HttpStatusCode.NoContent);
    }

    [Test]
    public async Task Associate_WhenTheStoreIsDown_AssociatesNothingAndWorksWhenItIsBack()
    {
        if (_relay is null)
        {
            Assert.Ignore("A directory is never down.");
            return;
        }

        var ids = await UploadAsync(Picture(8), Picture(9));
        _relay.Close();

        using var down = await PostAsync(ids);
        await down.ProblemAsync(503, "StorageUnavailable");
        Directory.CreateDirectory(Path.Combine(_api.JobsRoot, "job-1"));
        var meanwhile = await (await _client.GetAsync(Url)).JsonAsync();
        await (await _client.GetAsync("/api/mv/jobs/job-2/character_references")).ProblemAsync(503, "StorageUnavailable");
        _relay.Open();

        Assert.That(down.Headers.RetryAfter, Is.Not.Null);
        Assert.That(IdsOf(meanwhile), Is.Empty);
        await Condition.UntilAsync(async () => (await PostAsync(ids)).IsSuccessStatusCode);
        Assert.That(IdsOf(await (await _client.GetAsync(Url)).JsonAsync()), Is.EqualTo(ids));
    }

    private IAssetStore Store => _api.Services.GetRequiredService<IAssetStore>();

    private ManifestStore Manifests => _api.Services.GetRequiredService<ManifestStore>();

    private static byte[] Picture(int width) => TestImages.Solid(ImageFormat.Png, width, 8);

    private static CharacterReferenceId IdOf(string text) => CharacterReferenceId.TryParse(text, out var id) ? id : default;

    private static List<string?> IdsOf(JsonElement list) =>
        [.. list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("image_id").GetString())];

    private static string?[] JobsOf(JsonElement record) => [.. record.GetProperty("jobs").EnumerateArray().Select(job => job.GetString())];

    private static JobAsset AssetOf(JsonElement item) => AJobAsset.At($"character_reference/{item.GetProperty("image_id").GetString()}.png") with
    {
        Sha256 = ContentHash.Parse(item.GetProperty("sha256").GetString()!),
        SizeBytes = item.GetProperty("size_bytes").GetInt64(),
    };

    private string InWorkspace(string id) => Path.Combine(_api.JobsRoot, "job-1", "character_reference", $"{id}.png");

    private async Task<string[]> UploadAsync(params byte[][] images)
    {
        var ids = new List<string>();
        foreach (var image in images)
        {
            ids.Add(await _client.UploadedIdAsync(image));
        }

        return [.. ids];
    }

    private Task<HttpResponseMessage> PostAsync(params string[] ids) => _client.PostAsJsonAsync(Url, new { image_ids = ids });

    private async Task<JsonElement> AssociateAsync(params string[] ids) => await (await PostAsync(ids)).JsonAsync();

    private async Task<byte[]> FetchAsync(string url)
    {
        using var anybody = hasBucket ? new HttpClient(new SocketsHttpHandler()) : _api.CreateClient();
        return await anybody.GetByteArrayAsync(url);
    }

    private async Task<List<string>> KeysAsync(string prefix) =>
        await Store.ListAsync(AssetKeyPrefix.Parse(prefix), default).Select(entry => entry.Key.Value).ToListAsync();
}
