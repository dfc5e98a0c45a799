using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.Storage;

/// <summary>Persist and presign without a cloud.</summary>
[Category("Api")]
internal sealed class LocalStorageTests
{
    [Test]
    public async Task Get_WhenAFileInTheLocalStoreHasNoRow_AdoptsIt()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var id = Guid.NewGuid();
        var bytes = TestImages.Solid(ImageFormat.WebP, 8, 8);
        var folder = Directory.CreateDirectory(Path.Join(api.DataRoot, "storage", "character_references")).FullName;
        await File.WriteAllBytesAsync(Path.Join(folder, $"{id}.webp"), bytes);

        Assert.That(await client.GetByteArrayAsync($"/api/mv/get_character_reference/{id}"), Is.EqualTo(bytes));
        var record = await (await client.GetAsync($"/api/mv/character_references/{id}")).JsonAsync();
        Assert.That(record.GetProperty("origin").GetString(), Is.EqualTo("adopted"));
        await (await client.GetAsync($"/api/mv/get_character_reference/{Guid.NewGuid()}")).ProblemAsync(404, "NotFound");
    }

    [Test]
    public async Task Persist_WhenStorageIsLocal_StoresAndSignsAUrlThatNeedsNoApiKey()
    {
        using var api = new ApiFactory(settings: ("API_KEY", "sesame"));
        using var client = api.CreateClient();
        client.DefaultRequestHeaders.Add("X-API-Key", "sesame");
        var id = await client.UploadedIdAsync(TestImages.NoisePng);
        await (await client.GetAsync($"/api/mv/character_references/{id}/url")).ProblemAsync(404, "NotFound");

        var first = await PersistAsync(client, id, new { });
        var second = await PersistAsync(client, id, new { });
        var ofJob = await PersistAsync(client, id, new { job_id = "video-1" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.GetProperty("outcome").GetString(), Is.EqualTo("stored"));
            Assert.That(second.GetProperty("outcome").GetString(), Is.EqualTo("already_stored"));
            Assert.That(ofJob.GetProperty("cloud_path").GetString(), Is.EqualTo($"videos/video-1/intermediate/character_reference/{id}.png"));
        }

        using var anybody = api.CreateClient();
        foreach (var persisted in new[] { first, ofJob })
        {
            using var response = await anybody.GetAsync(persisted.GetProperty("cloud_url").GetString());
            response.AssertStatus(HttpStatusCode.OK);
            Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("image/png"));
            Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(TestImages.NoisePng));
        }
    }

    [Test]
    public async Task Get_WhenCloudServingIsOnWithoutABucket_ReturnsPresignedUrlsOfTheService()
    {
        using var api = new ApiFactory(settings: [("SERVE_FROM_CLOUD", "true"), ("API_KEY", "sesame"), ("REPLICATE_API_TOKEN", "unused")]);
        using var client = api.CreateClient(new() { AllowAutoRedirect = false });
        client.DefaultRequestHeaders.Add("X-API-Key", "sesame");
        var bytes = TestImages.Noise(ImageFormat.WebP, 60, 40);

        var id = await client.UploadedIdAsync(bytes);
        var location = await (await client.GetAsync($"/api/mv/get_character_reference/{id}")).JsonAsync();
        using var redirect = await client.GetAsync($"/api/mv/get_character_reference/{id}?redirect=true");
        using var content = await client.GetAsync($"/api/mv/character_references/{id}/content");
        var generated = (await (await client.GenerateAsync(new { character_description = "A robot", num_images = 1 })).JsonAsync()).GetProperty("images")[0];
        var report = await (await client.GetAsync("/api/mv/config/debug")).JsonAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(location.GetProperty("storage_backend").GetString(), Is.EqualTo("local"));
            Assert.That(location.GetProperty("cloud_path").GetString(), Is.EqualTo($"character_references/{id}.webp"));
            Assert.That(location.GetProperty("expires_in_seconds").GetInt32(), Is.EqualTo(3600));
            Assert.That(report.GetProperty("cloud_serving_enabled").GetBoolean(), Is.True);
            Assert.That(redirect.Headers.CacheControl?.MaxAge, Is.GreaterThan(TimeSpan.Zero).And.LessThan(TimeSpan.FromHours(1)));
        }

        redirect.AssertStatus(HttpStatusCode.Redirect);
        content.AssertStatus(HttpStatusCode.Redirect);
        using var anybody = api.CreateClient();
        string?[] urls =
            [location.GetProperty("image_url").GetString(), redirect.Headers.Location?.OriginalString, content.Headers.Location?.OriginalString];
        foreach (var url in urls)
        {
            Assert.That(url, Does.StartWith("/api/mv/storage/").And.Contain("signature="));
            using var response = await anybody.GetAsync(url);
            response.AssertStatus(HttpStatusCode.OK);
            Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("image/webp"));
            Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes));
        }

        var generatedBytes = await anybody.GetByteArrayAsync(generated.GetProperty("cloud_url").GetString());
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(generatedBytes));
        Assert.That(sha256, Is.EqualTo(generated.GetProperty("sha256").GetString()));
    }

    [Test]
    public async Task Start_WhenCloudServingIsEnabledWithoutABucket_StoresExistingImages()
    {
        using var root = new TempDirectory();
        string id;
        using (var before = new ApiFactory(root.FullPath))
        {
            id = await before.CreateClient().UploadedIdAsync(TestImages.NoisePng);
        }

        using var api = new ApiFactory(root.FullPath, ("SERVE_FROM_CLOUD", "true"));
        using var client = api.CreateClient();

        Assert.That(
            () => client.GetAsync($"/api/mv/get_character_reference/{id}").GetAwaiter().GetResult().Content.Headers.ContentType?.MediaType,
            Is.EqualTo("application/json").After(20_000, 50));
    }

    [Test]
    public async Task SignedUrl_WhenTamperedWithOrExpired_IsNotFound()
    {
        var clock = new ShiftedClock();
        using var api = new ApiFactory(settings: [("PRESIGNED_URL_EXPIRY", "60"), ("PRESIGNED_URL_WINDOW", "0")]) { Clock = clock };
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.NoisePng);
        var url = (await PersistAsync(client, id, new { })).GetProperty("cloud_url").GetString()!;

        using var otherKey = await client.GetAsync(url.Replace(id, Guid.Empty.ToString(), StringComparison.Ordinal));
        using var otherSignature = await client.GetAsync(url[..^1] + (url[^1] == '0' ? '1' : '0'));
        using var unsigned = await client.GetAsync(url.Split('?')[0]);
        clock.Offset = TimeSpan.FromSeconds(62);
        using var late = await client.GetAsync(url);

        foreach (var rejected in new[] { otherKey, otherSignature, unsigned, late })
        {
            await rejected.ProblemAsync(404, "NotFound");
        }
    }

    [TestCase("{\"job_id\":\"../x\"}", "job_id")]
    [TestCase("{\"job_id\":\"a.\"}", "job_id")]
    [TestCase("{\"job\":\"a\"}", "job")]
    public async Task Persist_WhenTheJobIsNotAcceptable_NamesIt(string body, string field)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.NoisePng);

        var response = await client.PostAsync(
            $"/api/mv/character_references/{id}/persist", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        await response.ProblemOnFieldAsync(field);
    }

    [TestCase("{}", "image_ids", "1 to 1000")]
    [TestCase("{\"image_ids\":[]}", "image_ids", "1 to 1000")]
    [TestCase("{\"image_ids\":[\"x\"]}", "image_ids", "UUID")]
    [TestCase("{\"image_ids\":\"x\"}", "image_ids")]
    public async Task Urls_WhenTheListIsNotAcceptable_NamesItAndItsLimit(string body, string field, params string[] words)
    {
        using var api = new ApiFactory();

        var response = await api.CreateClient().PostAsync(
            "/api/mv/character_references/urls", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        await response.ProblemOnFieldAsync(field, words);
    }

    [Test]
    public async Task Delete_WhenTheImageWasPersisted_RemovesTheStoredCopyToo()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.NoisePng);
        await PersistAsync(client, id, new { });
        var stored = Path.Combine(api.DataRoot, "storage", "character_references", $"{id}.png");
        Assert.That(stored, Does.Exist);

        await client.DeleteAsync($"/api/mv/character_references/{id}");

        Assert.That(() => File.Exists(stored), Is.False.After(10_000, 50));
    }

    [Test]
    public async Task Persist_WhenTheImageIsUnknown_IsNotFound()
    {
        using var api = new ApiFactory();

        var response = await api.CreateClient().PostAsJsonAsync($"/api/mv/character_references/{Guid.NewGuid()}/persist", new { });

        await response.ProblemAsync(404, "NotFound");
    }

    [Test]
    public async Task Persist_WhenThereIsNoBody_StoresAStandaloneCopy()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.NoisePng);

        var persisted = await (await client.PostAsync($"/api/mv/character_references/{id}/persist", null)).JsonAsync();

        Assert.That(persisted.GetProperty("cloud_path").GetString(), Is.EqualTo($"character_references/{id}.png"));
    }

    [Test]
    public async Task Persist_WhenOtherBytesExistAtTheKey_IsAConflict()
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.NoisePng);
        var folder = Directory.CreateDirectory(Path.Join(api.DataRoot, "storage", "character_references")).FullName;
        await File.WriteAllTextAsync(Path.Join(folder, $"{id}.png"), "something else");

        var response = await client.PostAsync($"/api/mv/character_references/{id}/persist", null);

        await response.ProblemAsync(409, "Conflict");
    }

    private static async Task<JsonElement> PersistAsync(HttpClient client, string id, object request) =>
        await (await client.PostAsJsonAsync($"/api/mv/character_references/{id}/persist", request)).JsonAsync();
}
