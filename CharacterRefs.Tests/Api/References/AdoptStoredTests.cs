using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.References;

/// <summary>Images that another program wrote into the bucket, on a real S3 server behind a port that can be closed.</summary>
[Category("Integration")]
internal sealed class AdoptStoredTests
{
    private OutageScene _scene = null!;
    private ApiFactory _api = null!;
    private HttpClient _client = null!;

    [SetUp]
    public async Task Start()
    {
        _scene = await OutageScene.SetUpAsync();
        _api = _scene.Start(("SERVE_FROM_CLOUD", "false"), ("LOG_LEVEL", "information"));
        _client = _api.CreateClient();
    }

    [TearDown]
    public async Task Stop()
    {
        if (_scene is null)
        {
            return; // ignored: there is no server
        }

        _client.Dispose();
        await _api.DisposeAsync();
        await _scene.DisposeAsync();
    }

    [Test]
    public async Task Get_WhenTheObjectHasNoRow_AdoptsItWhateverItsExtension([Values("png", "jpg", "jpeg", "webp")] string extension, [Values] bool hasHash)
    {
        var bytes = TestImages.Solid(ImageFormat.FromExtension(extension)!, 40, 30);
        var (id, key) = await PutAsync(extension, bytes, hasHash);

        var served = await _client.GetByteArrayAsync($"/api/mv/get_character_reference/{id}");
        var record = await RecordAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(served, Is.EqualTo(bytes));
            Assert.That(record.GetProperty("origin").GetString(), Is.EqualTo("adopted"));
            Assert.That(record.GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(bytes))));
            Assert.That(record.GetProperty("width").GetInt32(), Is.EqualTo(40));
            Assert.That(record.GetProperty("copies").GetProperty("cloud").GetProperty("state").GetString(), Is.EqualTo("stored"));
            Assert.That(Path.GetExtension(_api.ImageFiles().Single()), Is.EqualTo(extension == "jpeg" ? ".jpg" : $".{extension}"));
            Assert.That(await _scene.Bucket.ContentsAsync(), Is.EqualTo(new[] { key }));
        }

        var url = await (await _client.GetAsync($"/api/mv/character_references/{id}/url")).JsonAsync();
        using var plain = new HttpClient(new SocketsHttpHandler());
        Assert.That(url.GetProperty("cloud_path").GetString(), Is.EqualTo(key));
        Assert.That(await plain.GetByteArrayAsync(url.GetProperty("url").GetString()), Is.EqualTo(bytes));
    }

    [TestCase("GET", "get_character_reference/{0}", 200)]
    [TestCase("HEAD", "get_character_reference/{0}", 200)]
    [TestCase("GET", "character_references/{0}", 200)]
    [TestCase("GET", "character_references/{0}/content", 200)]
    [TestCase("GET", "character_references/{0}/url", 200)]
    [TestCase("POST", "character_references/{0}/persist", 200)]
    [TestCase("DELETE", "character_references/{0}", 204)]
    public async Task EveryCall_WhenTheIdIsOnlyInTheBucket_FindsIt(string method, string path, int status)
    {
        var (id, key) = await PutAsync("jpeg", TestImages.Solid(ImageFormat.Jpeg, 8, 8));

        using var response = await SendAsync(method, path, id);
        using var unknown = await SendAsync(method, path, Guid.NewGuid().ToString());

        Assert.That((int)response.StatusCode, Is.EqualTo(status));
        unknown.AssertStatus(HttpStatusCode.NotFound);
        if (method == "DELETE")
        {
            await Condition.UntilAsync(async () => (await _scene.Bucket.ContentsAsync()).Count == 0);
            await AssertNotFoundAsync(id);
        }
        else
        {
            Assert.That(await _scene.Bucket.ContentsAsync(), Is.EqualTo(new[] { key }));
        }
    }

    [Test]
    public async Task Generate_WhenTheReferenceImageIsOnlyInTheBucket_UsesIt()
    {
        var (id, _) = await PutAsync("png", TestImages.Solid(ImageFormat.Png, 64, 64));

        await (await _client.GenerateAsync(new { character_description = "A robot", num_images = 1, reference_image_id = id })).JsonAsync();

        Assert.That((await RecordAsync(id)).GetProperty("origin").GetString(), Is.EqualTo("adopted"));
    }

    [Test]
    public async Task Urls_WhenAnIdIsOnlyInTheBucket_DoesNotLookItUp()
    {
        var (id, _) = await PutAsync("png", TestImages.Solid(ImageFormat.Png, 8, 8));

        var list = await (await _client.PostAsJsonAsync("/api/mv/character_references/urls", new { image_ids = new[] { id } })).JsonAsync();

        Assert.That(list.GetProperty("items")[0].GetProperty("error").GetString(), Is.EqualTo("NotFound"));
    }

    [Test]
    public async Task Get_WhenTheObjectHasAnotherFormatThanItsName_IsServedWithItsTrueType()
    {
        var bytes = TestImages.Solid(ImageFormat.Jpeg, 8, 8);
        var (id, key) = await PutAsync("png", bytes);

        var response = await _client.GetAsync($"/api/mv/get_character_reference/{id}");

        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("image/jpeg"));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes));
        Assert.That(_api.ImageFiles().Select(Path.GetFileName), Is.EqualTo(new[] { $"{id}.jpg" }));
        Assert.That(await _scene.Bucket.ContentsAsync(), Is.EqualTo(new[] { key }));
    }

    [TestCase("png", "text", "is not")]
    [TestCase("webp", "truncated", "")]
    [TestCase("gif", "png", "must be an image id")]
    public async Task Get_WhenTheObjectIsNotAcceptable_IsNotFoundAndTheCauseIsLogged(string extension, string content, string reason)
    {
        var bytes = content switch
        {
            "text" => TestImages.Text,
            "truncated" => TestImages.Truncated(TestImages.Noise(ImageFormat.WebP, 64, 64), 500),
            _ => TestImages.Solid(ImageFormat.FromExtension(content)!, 8, 8),
        };
        var (id, key) = await PutAsync(extension, bytes);

        await AssertNotFoundAsync(id);

        Assert.That(_api.Log.Lines, Has.Some.StartsWith($"Warning Object {key} in the store was not adopted").And.Some.Contain(reason));
        Assert.That(_api.ImageFiles(), Is.Empty);
        Assert.That(await _scene.Bucket.ContentsAsync(), Is.EqualTo(new[] { key }));
    }

    [Test]
    public async Task Get_WhenTheHashOfTheObjectDiffersFromItsMetadata_IsNotFound()
    {
        var (id, _) = await PutAsync("png", TestImages.Solid(ImageFormat.Png, 8, 8), hash: new string('a', 64));

        await AssertNotFoundAsync(id);

        Assert.That(_api.Log.Lines, Has.Some.Contain("does not match the SHA-256"));
    }

    [Test]
    public async Task Get_WhenTheImageWasDeleted_StaysNotFoundAlthoughAnObjectExists()
    {
        var bytes = TestImages.Solid(ImageFormat.Png, 8, 8);
        var id = await _client.UploadedIdAsync(bytes);
        (await _client.DeleteAsync($"/api/mv/character_references/{id}")).AssertStatus(HttpStatusCode.NoContent);
        await Condition.UntilAsync(async () => (await _scene.Bucket.ContentsAsync()).Count == 0);
        await PutAsync("png", bytes, id: id);

        await AssertNotFoundAsync(id);
    }

    [Test]
    public async Task Get_WhenTheStoreIsUnreachable_DoesNotReportAnUnknownIdAsAbsent()
    {
        var (id, _) = await PutAsync("png", TestImages.Solid(ImageFormat.Png, 8, 8));
        _scene.Relay.Close();
        await Condition.UntilAsync(() => !BucketScene.IsReachable(_api));

        using var away = await _client.GetAsync($"/api/mv/get_character_reference/{id}");
        _scene.Relay.Open();
        await Condition.UntilAsync(() => BucketScene.IsReachable(_api));
        using var back = await _client.GetAsync($"/api/mv/get_character_reference/{id}");

        await away.ProblemAsync(503, "StorageUnavailable");
        Assert.That(away.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
        back.AssertStatus(HttpStatusCode.OK);
    }

    [Test]
    public async Task Get_WhenRequestedConcurrently_AdoptsOnce()
    {
        var bytes = TestImages.Noise(ImageFormat.Png, 200, 200);
        var (id, _) = await PutAsync("png", bytes);

        var served = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => _client.GetByteArrayAsync($"/api/mv/get_character_reference/{id}")));

        Assert.That(served, Is.All.EqualTo(bytes));
        Assert.That(_api.Log.Lines.Count(line => line.StartsWith("Information Adopted", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(_api.ImageFiles(), Has.Count.EqualTo(1));
        var list = await (await _client.GetAsync("/api/mv/character_references?origin=adopted")).JsonAsync();
        Assert.That(list.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Get_WhenIdsAreLookedUp_EachCostsOneListing()
    {
        var (id, _) = await PutAsync("webp", TestImages.Solid(ImageFormat.WebP, 8, 8));
        var unknown = Guid.NewGuid().ToString();
        var listings = CountListings();

        for (var i = 0; i < 3; i++)
        {
            await _client.GetByteArrayAsync($"/api/mv/get_character_reference/{id}");
            await AssertNotFoundAsync(unknown);
        }

        Assert.That(listings, Is.EquivalentTo(new[] { $"character_references/{id}.", $"character_references/{unknown}." }));
    }

    [Test]
    public async Task Get_WhenAnObjectArrivesAfterItWasAbsent_IsFoundSoon()
    {
        var id = Guid.NewGuid().ToString();
        await AssertNotFoundAsync(id);
        await PutAsync("png", TestImages.Solid(ImageFormat.Png, 8, 8), id: id);

        await Condition.UntilAsync(async () => (await _client.GetAsync($"/api/mv/get_character_reference/{id}")).IsSuccessStatusCode);
    }

    /// <summary>Prefixes of all listings that the service sends from now on.</summary>
    private ConcurrentQueue<string> CountListings()
    {
        var prefixes = new ConcurrentQueue<string>();
        var client = (AmazonServiceClient)_api.Services.GetService(typeof(IAmazonS3))!;
        client.BeforeRequestEvent += (_, sent) =>
        {
            if (sent is WebServiceRequestEventArgs { Request: ListObjectsV2Request { Prefix: not null } listing })
            {
                prefixes.Enqueue(listing.Prefix);
            }
        };
        return prefixes;
    }

    private async Task<(string Id, string Key)> PutAsync(string extension, byte[] bytes, bool hasHash = false, string? hash = null, string? id = null)
    {
        id ??= Guid.NewGuid().ToString();
        var key = $"character_references/{id}.{extension}";
        await _scene.Bucket.PutForeignAsync(key, bytes, hash ?? (hasHash ? Convert.ToHexStringLower(SHA256.HashData(bytes)) : null));
        return (id, key);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string id)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/mv/{string.Format(null, path, id)}");
        request.Content = method == "POST" ? JsonContent.Create(new { }) : null;
        return await _client.SendAsync(request);
    }

    private async Task AssertNotFoundAsync(string id) =>
        await (await _client.GetAsync($"/api/mv/get_character_reference/{id}")).ProblemAsync(404, "NotFound");

    private Task<JsonElement> RecordAsync(string id) => BucketScene.RecordAsync(_client, id);
}
