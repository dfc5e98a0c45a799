using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.References.Cache;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Api.Storage;

/// <summary>The service with a bucket on a real S3 server and a small limit for local copies.</summary>
[Category("Integration")]
internal sealed class LocalCacheTests
{
    private const int Images = 30;

    private OutageScene _scene = null!;

    private string Directory => Path.Combine(_scene.Root, "character_reference");

    [SetUp]
    public async Task SetUp() => _scene = await OutageScene.SetUpAsync();

    [TearDown]
    public ValueTask TearDown() => _scene?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Test]
    public async Task LocalCopies_WhenTheyExceedTheLimit_AreEvictedOldestFirstAndStillServed([Values] bool fromCloud)
    {
        var images = await UploadAsync();
        var limit = images.Take(10).Sum(image => new FileInfo(PathOf(image.Id)).Length);
        Age(images);

        using var api = Start(("LOCAL_CACHE_MAX_BYTES", $"{limit}"), ("SERVE_FROM_CLOUD", fromCloud ? "true" : "false"));
        using var client = api.CreateClient(new() { AllowAutoRedirect = false });
        Assert.That(TotalBytes, Is.LessThanOrEqualTo(limit).After(30_000, 50));

        // The last ones in the list were used last.
        Assert.That(Ids(), Is.EquivalentTo(images.TakeLast(Ids().Count).Select(image => image.Id)));
        Assert.That(Ids(), Has.Count.GreaterThan(5).And.Count.LessThan(Images));
        Assert.That(await StateAsync(client, images[0].Id), Is.EqualTo("evicted"));
        Assert.That(await StateAsync(client, images[^1].Id), Is.EqualTo("stored"));
        using var plain = new HttpClient(new SocketsHttpHandler());
        foreach (var image in images)
        {
            using var response = await client.GetAsync($"/api/mv/get_character_reference/{image.Id}?redirect=true");
            response.AssertStatus(fromCloud ? HttpStatusCode.Redirect : HttpStatusCode.OK);
            var bytes = fromCloud ? await plain.GetByteArrayAsync(response.Headers.Location) : await response.Content.ReadAsByteArrayAsync();
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(bytes)), Is.EqualTo(image.Sha256), image.Id);
        }

        Assert.That(await StateAsync(client, images[0].Id), Is.EqualTo(fromCloud ? "evicted" : "stored"), "what was read from the bucket is kept here");
    }

    [Test]
    public async Task LocalCopies_WhenTheStoreIsDown_AreAllKept()
    {
        var images = await UploadAsync(5);
        Age(images);

        _scene.Relay.Close();
        using var api = Start(("LOCAL_CACHE_MAX_BYTES", "0"), ("S3_REQUIRED_AT_START", "false"));
        using var client = api.CreateClient();
        await api.Services.GetRequiredService<CacheEviction>().RunAsync(default);

        Assert.That(Ids(), Has.Count.EqualTo(images.Count));
        foreach (var image in images)
        {
            (await client.GetAsync($"/api/mv/get_character_reference/{image.Id}")).AssertStatus(HttpStatusCode.OK);
        }
    }

    [Test]
    public async Task LocalCopies_WhenTheyAreNotVerified_AreAllKept()
    {
        // Other bytes exist at the keys of the copies, so that none is ever verified.
        List<Image> images;
        using (var before = new ApiFactory(_scene.Root))
        {
            images = await UploadAsync(before.CreateClient(), 3);
        }

        foreach (var image in images)
        {
            await _scene.Bucket.Store.SaveAsync(
                AssetKey.Parse($"character_references/{image.Id}.png"), AssetContent.FromBytes(new byte[] { 1 }, "image/png"), default);
        }

        Age(images);
        using var api = Start(("LOCAL_CACHE_MAX_BYTES", "0"));
        using var client = api.CreateClient();
        await Condition.UntilAsync(async () =>
            await BucketScene.CopyAsync(client, images[0].Id) is { ValueKind: JsonValueKind.Object } cloud
            && cloud.GetProperty("last_error").GetString() is not null);
        await api.Services.GetRequiredService<CacheEviction>().RunAsync(default);

        Assert.That(Ids(), Is.EquivalentTo(images.Select(image => image.Id)));
    }

    [Test]
    public async Task Get_WhenTheLocalCopyIsGone_DistinguishesAbsenceForeignBytesAndOutage()
    {
        using var api = Start();
        using var client = api.CreateClient();
        var images = await UploadAsync(client, 4);
        foreach (var image in images)
        {
            // Otherwise the images may be fetched for their thumbs.
            (await client.GetAsync($"/api/mv/character_references/{image.Id}/derivatives/thumb.webp")).AssertStatus(HttpStatusCode.OK);
        }

        images.ForEach(image => File.Delete(PathOf(image.Id)));
        await DeleteStoredAsync(images[0]);
        await DeleteStoredAsync(images[1]);
        await _scene.Bucket.Store.SaveAsync(KeyOf(images[1]), AssetContent.FromBytes(new byte[] { 1, 2 }, "image/png"), default);

        await (await GetAsync(0)).ProblemAsync(404, "NotFound");
        await (await GetAsync(1)).ProblemAsync(500, "InternalError");
        (await GetAsync(2)).AssertStatus(HttpStatusCode.OK);
        _scene.Relay.Close();
        await (await GetAsync(3)).ProblemAsync(503, "StorageUnavailable");

        var log = string.Join('\n', api.Log.Lines);
        Assert.That(log, Does.Contain($"Error Lost {images[0].Id}").And.Contain($"Error Fetch of {images[1].Id} failed"));
        Assert.That(File.Exists(PathOf(images[1].Id)), Is.False);

        Task<HttpResponseMessage> GetAsync(int i) => client.GetAsync($"/api/mv/get_character_reference/{images[i].Id}");
    }

    [Test]
    public async Task Get_WhenAnEvictedImageIsRequestedConcurrently_IsCompleteForAllAndRevalidates()
    {
        using var api = Start();
        using var client = api.CreateClient();
        var image = (await UploadAsync(client, 1))[0];
        using var before = await client.GetAsync($"/api/mv/get_character_reference/{image.Id}");
        File.Delete(PathOf(image.Id));

        var all = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.GetAsync($"/api/mv/get_character_reference/{image.Id}")));

        foreach (var response in all)
        {
            response.AssertStatus(HttpStatusCode.OK);
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(await response.Content.ReadAsByteArrayAsync())), Is.EqualTo(image.Sha256));
            Assert.That(response.Content.Headers.LastModified, Is.EqualTo(before.Content.Headers.LastModified));
            Assert.That(response.Headers.ETag, Is.EqualTo(before.Headers.ETag));
        }

        Assert.That(Ids(), Is.EqualTo(new[] { image.Id }));
    }

    [Test]
    public async Task Generate_WhenTheReferenceImageWasEvicted_FetchesAndUsesIt()
    {
        using var api = Start();
        using var client = api.CreateClient();
        var image = (await UploadAsync(client, 1))[0];
        File.Delete(PathOf(image.Id));

        var response = await (await client.GenerateAsync(new { character_description = "A robot", num_images = 1, reference_image_id = image.Id })).JsonAsync();

        Assert.That(response.GetProperty("images").GetArrayLength(), Is.EqualTo(1));
        Assert.That(File.Exists(PathOf(image.Id)), Is.True, "it was fetched before anything was paid");
    }

    private static async Task<string?> StateAsync(HttpClient client, string id) =>
        (await CopiesAsync(client, id)).GetProperty("local").GetProperty("state").GetString();

    private static async Task<JsonElement> CopiesAsync(HttpClient client, string id) =>
        (await BucketScene.RecordAsync(client, id)).GetProperty("copies");

    private static async Task<List<Image>> UploadAsync(HttpClient client, int count)
    {
        var images = new List<Image>();
        for (var i = 0; i < count; i++)
        {
            var bytes = TestImages.Noise(ImageFormat.Png, 40 + i, 40);
            images.Add(new Image(await client.UploadedIdAsync(bytes), Convert.ToHexStringLower(SHA256.HashData(bytes))));
        }

        return images;
    }

    private static AssetKey KeyOf(Image image) => AssetKey.Parse($"character_references/{image.Id}.png");

    /// <summary>Uploads by a service without the limit, which has stopped since.</summary>
    private async Task<List<Image>> UploadAsync(int count = Images)
    {
        using var api = Start();
        using var client = api.CreateClient();
        var images = await UploadAsync(client, count);
        foreach (var image in images)
        {
            await Condition.UntilAsync(async () => (await BucketScene.CopyAsync(client, image.Id)).GetProperty("state").GetString() == "stored");
        }

        return images;
    }

    /// <summary>As if written a day ago and used since, each later than the one before.</summary>
    private void Age(List<Image> images)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        for (var i = 0; i < images.Count; i++)
        {
            File.SetLastWriteTimeUtc(PathOf(images[i].Id), now.AddDays(-1));
            File.SetLastAccessTimeUtc(PathOf(images[i].Id), now.AddMinutes(i - (2 * Images)));
        }
    }

    private Task DeleteStoredAsync(Image image) => _scene.Bucket.Store.DeleteAsync(KeyOf(image), default);

    private string PathOf(string id) => Path.Combine(Directory, $"{id}.png");

    private List<string> Ids() => [.. new DirectoryInfo(Directory).EnumerateFiles("*.png").Select(file => Path.GetFileNameWithoutExtension(file.Name))];

    private long TotalBytes() => new DirectoryInfo(Directory).EnumerateFiles("*.png").Sum(file => file.Length);

    private ApiFactory Start(params (string Name, string Value)[] settings) =>
        _scene.Start([("SERVE_FROM_CLOUD", "false"), ("S3_MAX_RETRIES", "0"), .. settings]);

    private sealed record Image(string Id, string Sha256);
}
