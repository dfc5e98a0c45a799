using System.Net;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Storage;

/// <summary>The local disk is full while the bucket works: what cannot be kept locally is not stored in the bucket either.</summary>
[Category("Integration")]
internal sealed class StoreFullDiskTests
{
    private SmallDisk _disk = null!;
    private StorageScene _scene = null!;

    [SetUp]
    public async Task SetUp()
    {
        _disk = SmallDisk.Mount("6m");
        _scene = await StorageScene.SetUpAsync();
    }

    [TearDown]
    public async Task TearDown()
    {
        if (_scene is not null)
        {
            await _scene.DisposeAsync();
        }

        _disk?.Dispose();
    }

    [Test]
    public async Task UploadAndGenerate_WhenTheDiskIsFull_StoreNothingAndContinueWhenThereIsSpace()
    {
        using var api = _scene.Start(("DATA_ROOT", _disk.Path), ("GENERATION_MIN_FREE_BYTES", "65536"));
        using var client = api.CreateClient();
        await _scene.UploadAsync(client, TestImages.NoisePng);
        var ballast = _disk.Fill(leaving: 4096);

        using var upload = await client.UploadAsync(TestImages.NoisePng);
        using var generate = await client.GenerateAsync(new { character_description = "A robot", num_images = 2 });

        await upload.ProblemAsync(503, "StorageUnavailable");
        await generate.ProblemAsync(503, "StorageUnavailable");
        Assert.That(await _scene.Bucket.ContentsAsync(), Has.Count.EqualTo(1));

        File.Delete(ballast);
        await _scene.UploadAsync(client, TestImages.NoisePng);
        await _scene.GenerateAsync(client);
        Assert.That(await _scene.AssertNothingIsLostAsync(client, _disk.Path), Is.Empty);
    }

    [Test]
    public async Task Upload_WhenTheDiskOfTheCatalogFillsBetweenTheBucketAndTheRow_IsRecordedWhenThereIsSpace()
    {
        var clock = new ShiftedClock();
        using var api = _scene.Start(("DATA_ROOT", _disk.Path), ("GENERATION_MIN_FREE_BYTES", "65536"));
        api.Clock = clock;
        using var client = api.CreateClient();
        await _scene.UploadAsync(client, TestImages.Solid(ImageFormat.Png, 8, 8));
        var ballast = "";
        _scene.Proxy.Script = call => call.PutsImage && ballast.Length == 0
            ? call.HoldResponseAsync(() =>
            {
                ballast = _disk.Fill(leaving: 0);
                return Task.CompletedTask;
            })
            : call.PassOnAsync();

        var response = await _scene.UploadAsync(client, TestImages.Solid(ImageFormat.Png, 9, 9));

        Assert.That(ballast, Is.Not.Empty);
        Assert.That(await _scene.Bucket.ContentsAsync(), Has.Count.EqualTo(2), "it is in the bucket");
        var copy = await StorageScene.CopyAsync(client, response.GetProperty("image_id").GetString()!);
        Assert.That(copy.GetProperty("state").GetString(), Is.EqualTo("pending"), "and the catalog could not record it");
        (await client.UploadAsync(TestImages.NoisePng)).AssertStatus(HttpStatusCode.ServiceUnavailable);

        File.Delete(ballast);
        clock.Offset = UploadIntake.RequestLead;
        Assert.That(await _scene.AssertNothingIsLostAsync(client, _disk.Path), Is.Empty);
    }
}
