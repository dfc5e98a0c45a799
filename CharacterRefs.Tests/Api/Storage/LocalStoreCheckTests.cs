using System.Net;
using System.Text;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Cache;
using CharacterRefs.Application.References.Derivatives;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Api.Storage;

/// <summary>Files of the local store and derivatives that are damaged in a way that no request notices: length and time are as before.</summary>
[Category("Api")]
internal sealed class LocalStoreCheckTests
{
    private const int Steps = 10; // more than there are files

    private readonly TempDirectory _data = new();

    [TearDown]
    public void TearDown() => _data.Dispose();

    [Test]
    public async Task Worker_WhenTheStoredCopyOfAnImageIsDamaged_MendsItFromTheLocalFile()
    {
        string id;
        using (var before = new ApiFactory(_data.FullPath))
        {
            id = await PersistedImageAsync(before);
        }

        var copy = Path.Join(_data.FullPath, "storage", "character_references", $"{id}.png");
        FileDamage.FlipAndKeepTheTime(copy);
        using var api = new ApiFactory(_data.FullPath) { Clock = new FastTimeProvider(100) };
        using var client = api.CreateClient();

        Assert.That(() => api.Log.Lines, Has.Some.Contains($"{id}.png was damaged; it was replaced").After(60_000, 50));
        Assert.That(await File.ReadAllBytesAsync(copy), Is.EqualTo(TestImages.NoisePng));
        await AssertHealthAsync(client, isDegraded: false);
    }

    [Test]
    public async Task RunAsync_WhenTheLocalFileOfAnImageIsDamaged_MendsItFromTheLocalStore()
    {
        using var api = new ApiFactory(_data.FullPath);
        var id = await PersistedImageAsync(api);
        var file = Path.Join(_data.FullPath, "character_reference", $"{id}.png");
        FileDamage.FlipAndKeepTheTime(file);

        await api.Services.GetRequiredService<LocalFileCheck>().RunAsync(default);

        Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(TestImages.NoisePng));
    }

    [Test]
    public async Task RunAsync_WhenAStoredFileOfAJobIsDamaged_ReportsItOnceUntilItIsPersistedAgain()
    {
        using var api = new ApiFactory(_data.FullPath);
        using var client = api.CreateClient();
        Directory.CreateDirectory(Path.Join(api.JobsRoot, "job-1", "final"));
        await File.WriteAllTextAsync(Path.Join(api.JobsRoot, "job-1", "final", "v.mp4"), "a video");
        await PostAsync(client, "jobs/job-1/assets/persist");
        var stored = Path.Join(_data.FullPath, "storage", "videos", "job-1", "final", "v.mp4");
        Assert.That(await api.Services.GetRequiredService<IAssetStore>().IsDamagedAsync(AJobAsset.At("final/v.mp4").Key, default), Is.False);
        FileDamage.FlipAndKeepTheTime(stored);

        await CheckAllAsync(api);
        await CheckAllAsync(api);

        Assert.That(api.Log.Lines.Count(line => line.Contains("videos/job-1/final/v.mp4 is damaged", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(await AssertHealthAsync(client, isDegraded: true), Does.Contain("1 assets of the local store are damaged").And.Not.Contain("v.mp4"));

        var again = await PostAsync(client, "jobs/job-1/assets/persist");

        Assert.That(again.GetProperty("uploaded").EnumerateArray().Select(path => path.GetString()), Is.EqualTo(["final/v.mp4"]));
        Assert.That(await File.ReadAllTextAsync(stored), Is.EqualTo("a video"));
        await AssertHealthAsync(client, isDegraded: false);
    }

    [Test]
    public async Task RunAsync_WhenADerivativeIsDamaged_RendersItAgainOrReportsIt([Values] bool hasImage)
    {
        using var api = new ApiFactory(_data.FullPath);
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.NoisePng);
        var good = await client.GetByteArrayAsync($"/api/mv/character_references/{id}/derivatives/preview.webp");
        var path = Path.Join(_data.FullPath, "derivatives", id, Derivative.Preview.Name);
        FileDamage.FlipAndKeepTheTime(path);
        var image = Path.Join(_data.FullPath, "character_reference", $"{id}.png");
        if (!hasImage)
        {
            FileDamage.Cut(image);
        }

        var check = api.Services.GetRequiredService<DerivativeCheck>();
        await check.RunAsync(default);

        if (!hasImage)
        {
            Assert.That(await AssertHealthAsync(client, isDegraded: true), Does.Contain($"{id}/preview.webp"));
            Assert.That(api.Log.Lines, Has.Some.Contains($"preview.webp of {id} is damaged and could not be rendered again"));
            await File.WriteAllBytesAsync(image, TestImages.NoisePng);
            await client.GetByteArrayAsync($"/api/mv/character_references/{id}/derivatives/preview.webp");
            await check.RunAsync(default);
        }

        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(good));
        await AssertHealthAsync(client, isDegraded: false);
    }

    [Test]
    public async Task RunAsync_WhenTheImageWasDeletedElsewhere_RemovesItsDerivativesAndNoOthers()
    {
        using var api = new ApiFactory(_data.FullPath);
        using var client = api.CreateClient();
        var (deleted, kept) = (await client.UploadedIdAsync(TestImages.NoisePng), await client.UploadedIdAsync(TestImages.NoisePng));
        var unknown = Path.Join(_data.FullPath, "derivatives", $"{AReference.Uploaded().Id}");
        foreach (var id in new[] { deleted, kept })
        {
            await client.GetByteArrayAsync($"/api/mv/character_references/{id}/derivatives/preview.webp");
            await client.GetByteArrayAsync($"/api/mv/character_references/{id}/derivatives/thumb.webp"); // else the worker may render it after the deletion
        }

        var folder = Path.Join(_data.FullPath, "derivatives", deleted);
        Directory.CreateDirectory(unknown);
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            File.Copy(file, Path.Join(unknown, Path.GetFileName(file))); // with its hash
        }

        await api.Services.GetRequiredService<IReferenceCatalog>().DeleteAsync(new CharacterReferenceId(Guid.Parse(deleted)), default); // the row alone
        Assert.That(File.Exists(Path.Join(folder, "preview.webp")), Is.True);

        await api.Services.GetRequiredService<DerivativeCheck>().RunAsync(default);

        Assert.That(Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any(), Is.False);
        Assert.That(File.Exists(Path.Join(_data.FullPath, "derivatives", kept, "preview.webp")), Is.True);
        Assert.That(File.Exists(Path.Join(unknown, "preview.webp")), Is.True);
    }

    [Test]
    public async Task Persist_WhenTheStoredCopyIsDamaged_StoresTheImageAgain([Values] bool isForJob)
    {
        using var api = new ApiFactory(_data.FullPath);
        using var client = api.CreateClient();
        var id = await PersistedImageAsync(api);
        var copy = Path.Join(_data.FullPath, "storage", "character_references", $"{id}.png");
        FileDamage.Flip(copy);

        await PostAsync(client, $"character_references/{id}/persist", isForJob ? """{"job_id":"job-1"}""" : "{}");

        Assert.That(await File.ReadAllBytesAsync(copy), Is.EqualTo(TestImages.NoisePng));
    }

    private static async Task<string> PersistedImageAsync(ApiFactory api)
    {
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.NoisePng);
        await PostAsync(client, $"character_references/{id}/persist");
        return id;
    }

    private static async Task CheckAllAsync(ApiFactory api)
    {
        for (var step = 0; step < Steps; step++)
        {
            await api.Services.GetRequiredService<StoredFileCheck>().RunAsync(default);
        }
    }

    private static async Task<System.Text.Json.JsonElement> PostAsync(HttpClient client, string path, string body = "{}")
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await (await client.PostAsync($"/api/mv/{path}", content)).JsonAsync();
    }

    private static async Task<string> AssertHealthAsync(HttpClient client, bool isDegraded)
    {
        using var ready = await client.GetAsync("/health/ready");
        ready.AssertStatus(HttpStatusCode.OK);
        var body = await ready.Content.ReadAsStringAsync();
        Assert.That(body, isDegraded ? Does.Contain("degraded") : Does.Not.Contain("degraded"));
        return body;
    }
}
