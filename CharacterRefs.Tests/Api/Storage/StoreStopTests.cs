using System.Text.Json;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Storage;

/// <summary>The S3 server itself is stopped or killed before, during and after an upload, and started again.</summary>
[Category("Integration")]
internal sealed class StoreStopTests
{
    private StorageScene _scene = null!;

    public enum End
    {
        Stop,
        Kill,
    }

    [SetUp]
    public async Task SetUp() => _scene = await StorageScene.SetUpAsync(await S3TestGateway.StartAsync());

    [TearDown]
    public ValueTask TearDown() => _scene?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Test]
    public async Task Upload_WhenTheServerStopsBefore_IsStoredAfterItsStart([Values] End end)
    {
        using var api = _scene.Start();
        using var client = api.CreateClient();
        await _scene.UploadAsync(client, TestImages.Solid(ImageFormat.Png, 8, 8));
        await EndAsync(end);

        var response = await _scene.UploadAsync(client, TestImages.NoisePng);

        await AssertOnlyHereAsync(client, response);
        await _scene.Gateway!.StartAgainAsync();
        Assert.That(await _scene.AssertNothingIsLostAsync(client), Is.Empty);
    }

    [Test]
    public async Task Upload_WhenTheServerEndsWithHalfOfTheBytes_IsStoredAfterItsStart([Values] End end, [Values(1, 2)] int part)
    {
        // 1.2 MB at once, or 6.6 MB in two parts, of which the second is cut.
        var image = part == 1 ? TestImages.NoisePng : TestImages.Noise(ImageFormat.Png, 1500, 1500);
        using var api = _scene.Start(("S3_MULTIPART_THRESHOLD", "5242880"), ("S3_PART_SIZE", "5242880"), ("S3_MAX_RETRIES", "1"));
        using var client = api.CreateClient();
        var isCut = false;
        _scene.Proxy.Script = call => call.PutsImage && !isCut && (part == 1 || call.Target.Contains("partNumber=2", StringComparison.Ordinal))
            ? call.HoldBodyAsync(() =>
            {
                isCut = true;
                return EndAsync(end);
            })
            : call.PassOnAsync();

        var response = await _scene.UploadAsync(client, image);

        Assert.That(isCut, Is.True);
        await AssertOnlyHereAsync(client, response);
        await _scene.Gateway!.StartAgainAsync();
        Assert.That(await _scene.AssertNothingIsLostAsync(client), Is.Empty);
    }

    [Test]
    public async Task Upload_WhenTheServerEndsBeforeItsResponseIsRead_IsStoredOnce([Values] End end)
    {
        using var api = _scene.Start(("S3_MAX_RETRIES", "1"));
        using var client = api.CreateClient();
        _scene.Proxy.Script = call => call.PutsImage
            ? call.HoldResponseAsync(async () =>
            {
                await EndAsync(end);
                throw new IOException("The response is lost with the server.");
            })
            : call.PassOnAsync();

        var response = await _scene.UploadAsync(client, TestImages.NoisePng);

        await AssertOnlyHereAsync(client, response);
        Assert.That(await _scene.Bucket.ContentsAsync(), Has.Count.EqualTo(1), "the server had stored it");
        _scene.Proxy.Script = null;
        await _scene.Gateway!.StartAgainAsync();
        Assert.That(await _scene.AssertNothingIsLostAsync(client), Is.Empty);
    }

    private static async Task AssertOnlyHereAsync(HttpClient client, JsonElement response)
    {
        var copy = await StorageScene.CopyAsync(client, response.GetProperty("image_id").GetString()!);
        Assert.That(copy.GetProperty("state").GetString(), Is.EqualTo("pending"));
        Assert.That(copy.GetProperty("last_error").GetString(), Does.Contain("store"));
    }

    private Task EndAsync(End end) => end is End.Kill ? _scene.Gateway!.KillAsync() : _scene.Gateway!.StopAsync();
}
