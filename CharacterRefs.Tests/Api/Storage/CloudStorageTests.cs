using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Storage;

/// <summary>The service with a bucket on a real S3 server, behind a port that can be closed.</summary>
[Category("Integration")]
internal sealed class CloudStorageTests
{
    private OutageScene _scene = null!;

    [SetUp]
    public async Task SetUp() => _scene = await OutageScene.SetUpAsync();

    [TearDown]
    public ValueTask TearDown() => _scene?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Test]
    public async Task Generate_WhenTheBucketIsReachable_StoresEveryImageAndReturnsTheSameUrl()
    {
        using var api = _scene.Start();
        using var client = api.CreateClient();

        var response = await (await client.GenerateAsync(new { character_description = "A robot", num_images = 2 })).JsonAsync();

        using var plain = new HttpClient(new SocketsHttpHandler());
        foreach (var image in response.GetProperty("images").EnumerateArray())
        {
            var id = image.GetProperty("id").GetString();
            var bytes = await plain.GetByteArrayAsync(image.GetProperty("cloud_url").GetString());
            var location = await (await client.GetAsync($"/api/mv/get_character_reference/{id}")).JsonAsync();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(Convert.ToHexStringLower(SHA256.HashData(bytes)), Is.EqualTo(image.GetProperty("sha256").GetString()));
                Assert.That(location.GetProperty("image_id").GetString(), Is.EqualTo(id));
                Assert.That(
                    location.GetProperty("image_url").GetString(),
                    Is.EqualTo(image.GetProperty("cloud_url").GetString()).Or.Contain("X-Amz-Signature"));
                Assert.That(location.GetProperty("storage_backend").GetString(), Is.EqualTo("s3"));
                Assert.That(location.GetProperty("expires_in_seconds").GetInt32(), Is.EqualTo(3600));
                Assert.That(location.GetProperty("expires_at").GetDateTimeOffset(), Is.GreaterThanOrEqualTo(TimeProvider.System.GetUtcNow().AddSeconds(3590)));
                Assert.That(location.GetProperty("cloud_path").GetString(), Is.EqualTo($"character_references/{id}.png"));
            }
        }

        Assert.That(await _scene.Bucket.ContentsAsync(), Has.Count.EqualTo(2), "the images, and nothing of the probe");
    }

    [TestCase("get_character_reference/{0}?redirect=true")]
    [TestCase("character_references/{0}/content")]
    public async Task Get_WhenARedirectIsRequested_RedirectsToTheBytesAndIsCachedShorterThanTheUrlIsValid(string path)
    {
        using var api = _scene.Start();
        using var client = api.CreateClient(new() { AllowAutoRedirect = false });
        var id = await client.UploadedIdAsync(TestImages.NoisePng);

        using var response = await client.GetAsync(string.Format(null, "/api/mv/" + path, id));

        response.AssertStatus(HttpStatusCode.Redirect);
        Assert.That(response.Headers.CacheControl?.Private, Is.True);
        Assert.That(response.Headers.CacheControl?.MaxAge, Is.GreaterThan(TimeSpan.Zero).And.LessThan(TimeSpan.FromSeconds(3600)));
        using var plain = new HttpClient(new SocketsHttpHandler());
        Assert.That(await plain.GetByteArrayAsync(response.Headers.Location), Is.EqualTo(TestImages.NoisePng));
    }

    [Test]
    public async Task PresignedUrl_WhenChangedOrExpired_IsRejectedByTheServer()
    {
        var clock = new ShiftedClock();
        using var api = _scene.Start(("PRESIGNED_URL_EXPIRY", "60"), ("PRESIGNED_URL_WINDOW", "0"));
        api.Clock = clock;
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        using var plain = new HttpClient(new SocketsHttpHandler());

        using var inTime = await plain.GetAsync(await UrlAsync());
        using var otherMethod = await plain.DeleteAsync(await UrlAsync());
        using var otherKey = await plain.GetAsync((await UrlAsync()).Replace(id, Guid.Empty.ToString(), StringComparison.Ordinal));
        clock.Offset = TimeSpan.FromSeconds(-62); // by the server's clock, what is signed now has expired
        using var late = await plain.GetAsync(await UrlAsync());

        inTime.AssertStatus(HttpStatusCode.OK);
        otherMethod.AssertStatus(HttpStatusCode.Forbidden);
        otherKey.AssertStatus(HttpStatusCode.Forbidden);
        late.AssertStatus(HttpStatusCode.Forbidden);

        async Task<string> UrlAsync() =>
            (await (await client.GetAsync($"/api/mv/character_references/{id}/url?extension=png")).JsonAsync()).GetProperty("url").GetString()!;
    }

    [Test]
    public async Task Generate_WhenTheStoreIsDown_RespondsAtOnceAndStoresWhenItIsBack()
    {
        using var api = _scene.Start();
        using var client = api.CreateClient();
        _scene.Relay.Close();
        await Condition.UntilAsync(async () => !(await client.GetAsync("/api/mv/character_references")).IsSuccessStatusCode || !BucketScene.IsReachable(api));

        var response = await (await client.GenerateAsync(new { character_description = "A robot", num_images = 1 })).JsonAsync();
        var image = response.GetProperty("images")[0];
        var id = image.GetProperty("id").GetString();
        using var served = await client.GetAsync($"/api/mv/get_character_reference/{id}");
        var pending = await BucketScene.RecordAsync(client, id);
        _scene.Relay.Open();

        Assert.That(image.GetProperty("cloud_url").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(served.Headers.GetValues("X-Served-From"), Is.EqualTo(new[] { "local" }));
        Assert.That(served.Content.Headers.ContentType?.MediaType, Is.EqualTo("image/png"));
        Assert.That(pending.GetProperty("copies").GetProperty("cloud").GetProperty("state").GetString(), Is.EqualTo("pending"));
        await Condition.UntilAsync(async () => StateOf(await BucketScene.RecordAsync(client, id)) == "stored");
        Assert.That(await _scene.Bucket.ContentsAsync(), Is.EqualTo(new[] { $"character_references/{id}.png" }));
    }

    [Test]
    public async Task Get_WhenTheStoreGoesDownAndComesBack_IsServedFromTheLocalCopyMeanwhile()
    {
        using var api = _scene.Start();
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.NoisePng);
        Assert.That(await IsServedByCloudAsync(), Is.True);

        _scene.Relay.Close();
        await Condition.UntilAsync(async () => !await IsServedByCloudAsync());
        var local = await client.GetByteArrayAsync($"/api/mv/get_character_reference/{id}");
        File.Delete(api.ImageFiles().Single());
        using var nowhere = await client.GetAsync($"/api/mv/get_character_reference/{id}");
        _scene.Relay.Open();
        await Condition.UntilAsync(IsServedByCloudAsync);

        Assert.That(local, Is.EqualTo(TestImages.NoisePng));
        await nowhere.ProblemAsync(503, "StorageUnavailable");
        Assert.That(nowhere.Headers.RetryAfter, Is.Not.Null);

        async Task<bool> IsServedByCloudAsync() =>
            (await client.GetAsync($"/api/mv/get_character_reference/{id}")).Content.Headers.ContentType?.MediaType == "application/json";
    }

    [Test]
    public async Task Upload_WhenKilledBeforeTheCopyIsStored_IsStoredByTheNextStart()
    {
        string id;
        using (var api = _scene.StartProcess(("S3_MAX_RETRIES", "0"), ("S3_PROBE_INTERVAL", "300")))
        {
            using var client = await api.ConnectAsync();
            _scene.Relay.Close();
            id = await client.UploadedIdAsync(TestImages.NoisePng);
            await api.KillAsync();
        }

        Assert.That(await _scene.Bucket.ContentsAsync(), Is.Empty);
        _scene.Relay.Open();
        using var after = _scene.StartProcess();
        using var afterClient = await after.ConnectAsync();

        await Condition.UntilAsync(async () => StateOf(await BucketScene.RecordAsync(afterClient, id)) == "stored");
        Assert.That(await _scene.Bucket.ContentsAsync(), Is.EqualTo(new[] { $"character_references/{id}.png" }));
    }

    [Test]
    public async Task Start_WhenImagesAreFromBeforeTheBucket_StoresThem()
    {
        string id;
        using (var before = new ApiFactory(_scene.Root))
        {
            id = await before.CreateClient().UploadedIdAsync(TestImages.NoisePng);
        }

        using var api = _scene.Start();
        using var client = api.CreateClient();

        await Condition.UntilAsync(async () => StateOf(await BucketScene.RecordAsync(client, id)) == "stored");
    }

    [Test]
    public async Task Start_WhenImagesAreInAnotherStore_StoresThemInTheBucketToo()
    {
        string id;
        using (var before = new ApiFactory(_scene.Root, ("SERVE_FROM_CLOUD", "true")))
        {
            var client = before.CreateClient();
            id = await client.UploadedIdAsync(TestImages.NoisePng);
            await Condition.UntilAsync(async () => StateOf(await BucketScene.RecordAsync(client, id)) == "stored");
        }

        using var api = _scene.Start();
        using var afterwards = api.CreateClient();

        await Condition.UntilAsync(async () =>
            StateOf(await BucketScene.RecordAsync(afterwards, id)) == "stored" && (await _scene.Bucket.ContentsAsync()).Count == 1);
        Assert.That(await _scene.Bucket.ContentsAsync(), Is.EqualTo(new[] { $"character_references/{id}.png" }));
    }

    [Test]
    public async Task Persist_WhenDoneTwice_StoresOneStandaloneCopyAndOneInTheJob()
    {
        using var api = _scene.Start();
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.NoisePng);

        var standalone = await PersistAsync(new { });
        var first = await PersistAsync(new { job_id = "video-1" });
        var second = await PersistAsync(new { job_id = "video-1" });

        var key = $"videos/video-1/intermediate/character_reference/{id}.png";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(standalone.GetProperty("outcome").GetString(), Is.EqualTo("already_stored"), "it was stored with the upload");
            Assert.That(first.GetProperty("outcome").GetString(), Is.EqualTo("stored"));
            Assert.That(first.GetProperty("cloud_path").GetString(), Is.EqualTo(key));
            Assert.That(second.GetProperty("outcome").GetString(), Is.EqualTo("already_stored"));
            Assert.That(await _scene.Bucket.ContentsAsync(), Is.EquivalentTo(new[] { $"character_references/{id}.png", key }));
        }

        var url = await (await client.GetAsync($"/api/mv/character_references/{id}/url?job_id=video-1")).JsonAsync();
        using var plain = new HttpClient(new SocketsHttpHandler());
        Assert.That(await plain.GetByteArrayAsync(url.GetProperty("url").GetString()), Is.EqualTo(TestImages.NoisePng));
        await (await client.GetAsync($"/api/mv/character_references/{id}/url?job_id=other")).ProblemAsync(404, "NotFound");
        await (await client.GetAsync($"/api/mv/character_references/{id}/url?extension=webp")).ProblemAsync(404, "NotFound");

        async Task<JsonElement> PersistAsync(object request) =>
            await (await client.PostAsJsonAsync($"/api/mv/character_references/{id}/persist", request)).JsonAsync();
    }

    [Test]
    public async Task Urls_WhenManyAreRequested_ReturnsAUrlOrAnErrorForEach()
    {
        using var api = _scene.Start();
        using var client = api.CreateClient();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add(await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8 + i, 8)));
        }

        ids.Add(Guid.NewGuid().ToString());
        var list = await (await client.PostAsJsonAsync("/api/mv/character_references/urls", new { image_ids = ids })).JsonAsync();

        var items = list.GetProperty("items").EnumerateArray().ToList();
        Assert.That(items.Select(item => item.GetProperty("image_id").GetString()), Is.EqualTo(ids));
        Assert.That(items.Take(3).Select(item => item.GetProperty("url").GetString()).Distinct().Count(), Is.EqualTo(3));
        Assert.That(items[3].GetProperty("error").GetString(), Is.EqualTo("NotFound"));
    }

    [Test]
    public async Task Delete_WhenTheImageIsInTheStore_RemovesItsCopyToo()
    {
        using var api = _scene.Start();
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.NoisePng);

        (await client.DeleteAsync($"/api/mv/character_references/{id}")).AssertStatus(HttpStatusCode.NoContent);

        await Condition.UntilAsync(async () => (await _scene.Bucket.ContentsAsync()).Count == 0);
    }

    [Test]
    public async Task Ready_WhenTheBucketComesAndGoes_IsUnhealthyThenHealthyThenDegraded()
    {
        _scene.Relay.Close();
        using var api = _scene.Start(("SERVE_FROM_CLOUD", "true"), ("S3_MAX_RETRIES", "0"));
        using var client = api.CreateClient();
        Assert.That(await StorageAsync(HttpStatusCode.ServiceUnavailable), Does.StartWith("unhealthy The bucket has not passed its probe"));

        _scene.Relay.Open();
        await Condition.UntilAsync(async () => (await client.GetAsync("/health/ready")).IsSuccessStatusCode && BucketScene.IsReachable(api));
        Assert.That(await StorageAsync(HttpStatusCode.OK), Is.EqualTo("healthy "));

        _scene.Relay.Close();
        await Condition.UntilAsync(() => !BucketScene.IsReachable(api));
        Assert.That(
            await StorageAsync(HttpStatusCode.OK),
            Does.StartWith("degraded The bucket is not reachable").And.Not.Contain(_scene.Relay.Address.Authority));

        async Task<string> StorageAsync(HttpStatusCode status)
        {
            using var response = await client.GetAsync("/health/ready");
            response.AssertStatus(status);
            using var report = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            var storage = report.RootElement.GetProperty("checks").GetProperty("storage");
            return $"{storage.GetProperty("status").GetString()} {storage.GetProperty("detail").GetString()}";
        }
    }

    [TestCase("STORAGE_BUCKET", "no-such-bucket-here", "no-such-bucket-here")]
    [TestCase("AWS_SECRET_ACCESS_KEY", "wrong-secret", "AWS_SECRET_ACCESS_KEY")]
    [TestCase("AWS_ACCESS_KEY_ID", "nobody", "AWS_ACCESS_KEY_ID")]
    public async Task Start_WhenTheBucketCannotBeUsed_StopsWithTheCause(string name, string value, string word)
    {
        using var api = _scene.StartProcess((name, value));

        var code = await api.ExitCodeAsync();

        Assert.That(code, Is.EqualTo(78), api.Log);
        Assert.That(api.Log, Does.Contain("cannot start").And.Contain(word).And.Not.Contain("wrong-secret").And.Not.Contain("   at "));
    }

    private static string? StateOf(JsonElement record) => record.GetProperty("copies").GetProperty("cloud") is { ValueKind: JsonValueKind.Object } cloud
        ? cloud.GetProperty("state").GetString()
        : null;
}
