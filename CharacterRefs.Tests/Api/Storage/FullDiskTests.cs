using System.Net;
using System.Net.Http.Json;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Api.Storage;

/// <summary>On a file system of its own that is too small.</summary>
[Category("Integration")]
internal sealed class FullDiskTests
{
    [Test]
    public async Task Upload_WhenTheDiskIsFull_IsStorageUnavailableAndKeepsNothing()
    {
        using var disk = SmallDisk.Mount("8m");
        using var api = new ApiFactory(disk.Path);
        using var client = api.CreateClient();
        var first = await client.UploadedIdAsync(TestImages.NoisePng);
        var second = await client.UploadedIdAsync(TestImages.NoisePng);
        disk.Fill(leaving: TestImages.NoisePng.Length * 2 / 3);

        var rejected = await client.UploadAsync(TestImages.NoisePng);

        var problem = await rejected.ProblemAsync(503, "StorageUnavailable");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("disk is full").And.Not.Contain(disk.Path));
            Assert.That(rejected.Headers.RetryAfter, Is.Not.Null);
            Assert.That(api.ImageFiles(), Has.Count.EqualTo(2));
        }

        // With both gone there is room for one, whatever thumbs and the log of the catalog take meanwhile.
        (await client.DeleteAsync($"/api/mv/character_references/{first}")).AssertStatus(HttpStatusCode.NoContent);
        (await client.DeleteAsync($"/api/mv/character_references/{second}")).AssertStatus(HttpStatusCode.NoContent);
        (await client.UploadAsync(TestImages.NoisePng)).AssertStatus(HttpStatusCode.OK);
    }

    [Test]
    public async Task Delete_WhenNotOneByteIsFree_FreesSpace()
    {
        using var disk = SmallDisk.Mount("3m");
        using var api = new ApiFactory(disk.Path);
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        await FillAsync(disk, api);

        (await client.DeleteAsync($"/api/mv/character_references/{id}")).AssertStatus(HttpStatusCode.NoContent);
        (await client.GetAsync($"/api/mv/character_references/{id}")).AssertStatus(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task Delete_WhenTheDiskBecameFullWithoutARequest_FreesSpace()
    {
        using var disk = SmallDisk.Mount("3m");
        using var api = new ApiFactory(disk.Path);
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        EmptyCatalog.Close(disk.Path); // as the pool does with connections that are idle for minutes

        disk.Fill(leaving: 0);

        (await client.GetAsync($"/api/mv/character_references/{id}")).AssertStatus(HttpStatusCode.OK);
        (await client.DeleteAsync($"/api/mv/character_references/{id}")).AssertStatus(HttpStatusCode.NoContent);
    }

    [TestCase("/api/mv/jobs/job-1")]
    [TestCase("/api/mv/jobs/job-1/character_references/{id}")]
    [TestCase("/api/mv/jobs/job-1/assets/final/v.mp4")]
    public async Task DeleteOfAJob_WhenNotOneByteIsFree_FreesSpace(string url)
    {
        using var disk = SmallDisk.Mount("3m");
        using var api = new ApiFactory(disk.Path);
        using var client = api.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        await (await client.PostAsJsonAsync("/api/mv/jobs/job-1/character_references", new { image_ids = new[] { id } })).JsonAsync();
        var final = Directory.CreateDirectory(Path.Combine(api.JobsRoot, "job-1", "final"));
        await File.WriteAllTextAsync(Path.Combine(final.FullName, "v.mp4"), "video");
        await (await client.PostAsync("/api/mv/jobs/job-1/assets/persist", null)).JsonAsync();
        await FillAsync(disk, api);

        (await client.DeleteAsync(url.Replace("{id}", id, StringComparison.Ordinal))).AssertStatus(HttpStatusCode.NoContent);
    }

    [Test]
    public async Task Upload_WhenOnlyTheCatalogDoesNotFit_KeepsNoFileWithoutARow()
    {
        using var disk = SmallDisk.Mount("3m");
        using var api = new ApiFactory(disk.Path);
        using var client = api.CreateClient();
        await client.UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        disk.Fill(leaving: 8192);

        HttpResponseMessage response;
        var kept = 1;
        do
        {
            response = await client.UploadAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
            kept += response.IsSuccessStatusCode ? 1 : 0;
        }
        while (response.IsSuccessStatusCode && kept < 500);

        await response.ProblemAsync(503, "StorageUnavailable");
        Assert.That(api.ImageFiles().Count(path => path.EndsWith(".png", StringComparison.Ordinal)), Is.EqualTo(kept));
    }

    private static async Task FillAsync(SmallDisk disk, ApiFactory api)
    {
        disk.Fill(leaving: 0);
        var queue = api.Services.GetRequiredService<IUploadQueue>();
        for (var store = 0; store < 1_000; store++)
        {
            try
            {
                await queue.SelectStoreAsync($"store-{store}", default); // uses up the free pages of the catalog's log
            }
            catch (LocalStorageException)
            {
                break;
            }
        }
    }
}
