using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Jobs;

/// <summary>Jobs whose objects another program put into the store, without a manifest and also outside the folders of a workspace.</summary>
[Category("Api")]
internal sealed class EarlierJobTests : IDisposable
{
    private const string Job = "/api/mv/jobs/o1";

    private static readonly string[] s_ignored = ["final.mp4", "intermediate/odd.txt", "lipsync/a.mp4", "videos/o1/scenes/2.mp4"];

    private readonly ApiFactory _api = new();
    private readonly HttpClient _client;

    public EarlierJobTests() => _client = _api.CreateClient();

    public void Dispose()
    {
        _client.Dispose();
        _api.Dispose();
    }

    [Test]
    public async Task Set_WhenObjectsHaveNoPlace_NamesThemAndCarriesTheOthers()
    {
        PutSet();

        var list = await GetAsync("assets");
        var restored = await PostAsync("assets/download");

        Assert.That(JobScene.Names(list, "files"), Is.EqualTo(["final/v.mp4", "metadata.json", "scenes/1.mp4", "scenes/2.mp4"]));
        Assert.That(JobScene.Names(list, "ignored"), Is.EqualTo(s_ignored));
        Assert.That(JobScene.Names(restored, "downloaded"), Is.EqualTo(["final/v.mp4", "metadata.json", "scenes/1.mp4", "scenes/2.mp4"]));
        Assert.That(JobScene.Names(restored, "ignored"), Is.EqualTo(s_ignored));
        Assert.That(InWorkspace("scenes/1.mp4"), Is.EqualTo("outside"));
        Assert.That(InWorkspace("scenes/2.mp4"), Is.EqualTo("inside"), "the key of the layout is taken");
        Assert.That(await _client.GetStringAsync($"{Job}/metadata"), Is.EqualTo("{}"));
    }

    [Test]
    public async Task Archive_WhenThereIsNoManifest_CarriesWhatARestoreBringsAndNamesTheRest()
    {
        PutSet();
        Put("videos/o1/final/bad.", "refused");

        using var response = await _client.GetAsync($"{Job}/assets/archive");
        response.AssertStatus(HttpStatusCode.OK);
        using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync());

        var restored = await PostAsync("assets/download");
        Assert.That(zip.Entries.Select(entry => entry.FullName), Is.EqualTo(JobScene.Names(restored, "downloaded")));
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            Assert.That(await reader.ReadToEndAsync(), Is.EqualTo(InWorkspace(entry.FullName)), entry.FullName);
        }

        Assert.That(response.Headers.GetValues("X-Ignored").Single().Split(", "), Is.EquivalentTo([.. s_ignored, "final/bad."]));
        using var range = new HttpRequestMessage(HttpMethod.Get, $"{Job}/assets/archive");
        range.Headers.Range = new RangeHeaderValue(1, 20);
        range.Headers.IfRange = new RangeConditionHeaderValue(response.Headers.ETag!);
        using var part = await _client.SendAsync(range);
        part.AssertStatus(HttpStatusCode.PartialContent);
        Assert.That(await part.Content.ReadAsByteArrayAsync(), Is.EqualTo((await response.Content.ReadAsByteArrayAsync())[1..21]));
    }

    [Test]
    public async Task Images_WhenTheJobIsRestored_AreFoundAndProtected()
    {
        var id = Guid.NewGuid().ToString();
        var jpeg = TestImages.Solid(ImageFormat.Jpeg, 8, 8);
        Put($"videos/o1/intermediate/character_reference/{id}.jpeg", jpeg);

        var restored = await PostAsync("assets/download");

        Assert.That(JobScene.Names(restored, "character_references"), Is.EqualTo([$"character_reference/{id}.jpg"]));
        Assert.That(JobScene.Names(restored, "ignored"), Is.EqualTo([$"character_reference/{id}.jpeg"]));
        Assert.That(Directory.GetFiles(Path.Join(_api.JobsRoot, "o1", "character_reference")).Select(Path.GetFileName), Is.EqualTo([$"{id}.jpg"]));
        Assert.That(JobScene.Names(await GetAsync("assets"), "files"), Is.EqualTo([$"character_reference/{id}.jpg"]));
        using var archive = await _client.GetAsync($"{Job}/assets/archive");
        using var zip = new ZipArchive(await archive.Content.ReadAsStreamAsync());
        Assert.That(zip.Entries.Select(entry => entry.FullName), Is.EqualTo([$"character_reference/{id}.jpg"]));
        Assert.That(await _client.GetByteArrayAsync($"/api/mv/get_character_reference/{id}"), Is.EqualTo(jpeg));
        await (await _client.DeleteAsync($"/api/mv/character_references/{id}")).ProblemAsync(409, "Conflict");
        Assert.That((await GetAsync("character_references")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    [TestCase("jpg")]
    [TestCase("jpeg")]
    public async Task Image_WhenNothingTouchesItsJob_IsFoundByIdAfterAStart(string extension)
    {
        var id = Guid.NewGuid().ToString();
        var jpeg = TestImages.Solid(ImageFormat.Jpeg, 8, 8);
        using var root = new TempDirectory();
        var folder = Directory.CreateDirectory(Path.Join(root.FullPath, "storage/videos/o1/intermediate/character_reference"));
        File.WriteAllBytes(Path.Join(folder.FullName, $"{id}.{extension}"), jpeg);
        using var api = new ApiFactory(root.FullPath);
        using var client = api.CreateClient();
        var image = $"/api/mv/get_character_reference/{id}";

        await Condition.UntilAsync(async () => (await client.GetAsync(image)).StatusCode is not HttpStatusCode.NotFound);

        Assert.That(await client.GetByteArrayAsync(image), Is.EqualTo(jpeg));
        await (await client.DeleteAsync($"/api/mv/character_references/{id}")).ProblemAsync(409, "Conflict");
    }

    [TestCase("jpg")]
    [TestCase("jpeg")]
    public async Task Image_WhenItIsDeletedBeforeItsJobIsTouched_IsProtected(string extension)
    {
        var id = Guid.NewGuid().ToString();
        var jpeg = TestImages.Solid(ImageFormat.Jpeg, 8, 8);
        Put($"character_references/{id}.{extension}", jpeg);
        Put($"videos/o1/intermediate/character_reference/{id}.{extension}", jpeg);
        Put("videos/o2/final/v.mp4", "of a job without the image");

        var problem = await (await _client.DeleteAsync($"/api/mv/character_references/{id}")).ProblemAsync(409, "Conflict");

        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("in use by job o1."));
        Assert.That((await GetAsync("character_references")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        (await _client.DeleteAsync($"{Job}/character_references/{id}")).AssertStatus(HttpStatusCode.NoContent);
        (await _client.DeleteAsync($"/api/mv/character_references/{id}")).AssertStatus(HttpStatusCode.NoContent);
    }

    [Test]
    public async Task Set_WhenItIsPersisted_KeepsWhatItHadAndStillNamesTheRest()
    {
        PutSet();
        await PostAsync("assets/download");

        await PostAsync("assets/persist");

        var list = await GetAsync("assets");
        Assert.That(list.GetProperty("complete").GetBoolean(), Is.True);
        Assert.That(JobScene.Names(list, "files"), Is.EqualTo(["final/v.mp4", "metadata.json", "scenes/1.mp4", "scenes/2.mp4"]));
        Assert.That(JobScene.Names(list, "ignored"), Is.SupersetOf(s_ignored));
        using var archive = await _client.GetAsync($"{Job}/assets/archive");
        Assert.That(archive.Headers.GetValues("X-Ignored").Single().Split(", "), Is.SupersetOf(s_ignored));
        using var head = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"{Job}/assets/archive"));
        Assert.That(head.Headers.GetValues("X-Ignored-Count").Single(), Is.EqualTo($"{JobScene.Names(list, "ignored").Count}"));
    }

    [Test]
    public async Task Delete_WhenObjectsHaveNoPlace_KeepsAndNamesThem()
    {
        PutSet();
        Put("videos/o1/intermediate/metadata_v1.json", "{}");

        var deleted = await (await _client.DeleteAsync(Job)).JsonAsync();

        string[] kept = ["videos/o1/final.mp4", "videos/o1/intermediate/intermediate/odd.txt", "videos/o1/intermediate/lipsync/a.mp4"];
        Assert.That(deleted.GetProperty("kept").EnumerateArray().Select(key => key.GetString()), Is.EqualTo(kept));
        Assert.That(Keys(), Is.EqualTo(kept));

        (await _client.DeleteAsync($"{Job}?include_ignored=true")).AssertStatus(HttpStatusCode.NoContent);
        Assert.That(Keys(), Is.Empty);
        (await _client.DeleteAsync(Job)).AssertStatus(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task Job_WhenNoObjectHasAPlace_IsFound()
    {
        Put("videos/o1/final.mp4", "movie");

        Assert.That(JobScene.Names(await GetAsync("assets"), "ignored"), Is.EqualTo(["final.mp4"]));
        Assert.That(JobScene.Names(await PostAsync("assets/download"), "ignored"), Is.EqualTo(["final.mp4"]));
        using var archive = await _client.GetAsync($"{Job}/assets/archive");
        Assert.That(archive.Headers.GetValues("X-Ignored"), Is.EqualTo(["final.mp4"]));
        Assert.That((await GetAsync("character_references")).GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That((await (await _client.DeleteAsync(Job)).JsonAsync()).GetProperty("kept").GetArrayLength(), Is.EqualTo(1));
    }

    [TestCase("videos/o1/intermediate/metadata.json")]
    [TestCase("videos/o1/metadata.json")]
    [TestCase("videos/o1/final/v.mp4")]
    public async Task Metadata_WhenThereAreObjectsAndNoManifest_IsNotLost(string key)
    {
        Put(key, """{"v":1}""");

        using var content = new StringContent("""{"v":2}""", Encoding.UTF8, "application/json");
        (await _client.PutAsync($"{Job}/metadata", content)).AssertStatus(HttpStatusCode.NoContent);

        Assert.That(await _client.GetStringAsync($"{Job}/metadata"), Is.EqualTo("""{"v":2}"""));
        await PostAsync("assets/download");
        Assert.That(InWorkspace("metadata.json"), Is.EqualTo("""{"v":2}"""));
        await PostAsync("assets/download", new { local_base_path = "elsewhere" });
        Assert.That(File.ReadAllText(Path.Join(_api.JobsRoot, "elsewhere/metadata.json")), Is.EqualTo("""{"v":2}"""));
    }

    [TestCase("jpeg")]
    [TestCase("jpg")]
    public async Task Images_WhenAnEarlierSystemPutThemIntoTheJob_AreListedFoundAndProtected(string extension)
    {
        var id = Guid.NewGuid().ToString();
        var jpeg = TestImages.Solid(ImageFormat.Jpeg, 8, 8);
        Put($"videos/o1/intermediate/character_reference/{id}.{extension}", jpeg);
        Put($"videos/o1/intermediate/character_reference/{Guid.NewGuid()}.png", "no image"u8.ToArray());

        var items = (await GetAsync("character_references")).GetProperty("items");
        Assert.That(items.EnumerateArray().Select(item => item.GetProperty("image_id").GetString()), Is.EqualTo([id]));
        Assert.That(await _client.GetByteArrayAsync(items[0].GetProperty("url").GetString()), Is.EqualTo(jpeg));

        Assert.That(await _client.GetByteArrayAsync($"/api/mv/get_character_reference/{id}"), Is.EqualTo(jpeg));
        var problem = await (await _client.DeleteAsync($"/api/mv/character_references/{id}")).ProblemAsync(409, "Conflict");
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("o1"));

        (await _client.DeleteAsync($"{Job}/character_references/{id}")).AssertStatus(HttpStatusCode.NoContent);
        Assert.That((await GetAsync("character_references")).GetProperty("items").GetArrayLength(), Is.Zero, "it is not adopted again");
        Assert.That(await _client.GetByteArrayAsync($"/api/mv/get_character_reference/{id}"), Is.EqualTo(jpeg), "the image outlives the job");
    }

    [Test]
    public async Task Images_WhenTheImageIsKnownWithoutAnAssociation_AreAssociatedOnlyIfAnEarlierSystemWroteIt([Values] bool isEarlier)
    {
        var png = TestImages.Solid(ImageFormat.Png, 8, 8);
        string id;
        if (isEarlier)
        {
            id = Guid.NewGuid().ToString();
            Put($"character_references/{id}.png", png);
            await _client.GetByteArrayAsync($"/api/mv/get_character_reference/{id}");
            Put($"videos/o1/intermediate/character_reference/{id}.png", png);
        }
        else
        {
            id = await _client.UploadedIdAsync(png);
            await (await _client.PostAsJsonAsync($"/api/mv/character_references/{id}/persist", new { job_id = "o1" })).JsonAsync();
        }

        Assert.That((await GetAsync("character_references")).GetProperty("items").GetArrayLength(), Is.EqualTo(isEarlier ? 1 : 0));
    }

    /// <summary>Without the service, as another program does: the bytes have no recorded hash.</summary>
    private void Put(string key, byte[] content)
    {
        var path = Path.Join(_api.DataRoot, "storage", key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    private void Put(string key, string text) => Put(key, Encoding.UTF8.GetBytes(text));

    private void PutSet()
    {
        Put("videos/o1/final/v.mp4", "movie");
        Put("videos/o1/metadata.json", "{}");
        Put("videos/o1/scenes/1.mp4", "outside");
        Put("videos/o1/scenes/2.mp4", "other");
        Put("videos/o1/intermediate/scenes/2.mp4", "inside");
        Put("videos/o1/final.mp4", "odd");
        Put("videos/o1/intermediate/intermediate/odd.txt", "odd");
        Put("videos/o1/intermediate/lipsync/a.mp4", "odd");
    }

    private string[] Keys() => [.. Directory.EnumerateFiles(Path.Join(_api.DataRoot, "storage"), "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Path.Join(_api.DataRoot, "storage"), path))
        .Where(key => key.StartsWith("videos/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)];

    private string InWorkspace(string path) => File.ReadAllText(Path.Join(_api.JobsRoot, "o1", path));

    private async Task<JsonElement> GetAsync(string path) => await (await _client.GetAsync($"{Job}/{path}")).JsonAsync();

    private async Task<JsonElement> PostAsync(string path, object? body = null) =>
        await (await _client.PostAsync($"{Job}/{path}", body is null ? null : JsonContent.Create(body))).JsonAsync();
}
