using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Storage;

/// <summary>Where nodes share a catalog, an image exists only when the bucket has it.</summary>
[Category("Integration")]
internal sealed class StoreFirstTests
{
    private SharedCatalogScene? _scene;

    [SetUp]
    public async Task SetUp() => _scene = await SharedCatalogScene.SetUpAsync();

    [TearDown]
    public Task TearDown() => _scene?.DisposeAsync().AsTask() ?? Task.CompletedTask;

    [Test]
    public async Task Upload_WhileTheBucketIsUnreachable_IsRejectedAndLeavesNothing()
    {
        var root = _scene!.NewRoot();
        using var node = _scene.Start(root, ("STORE_WAIT", "1"), ("S3_MAX_RETRIES", "0"));
        using var client = await node.ConnectAsync();
        _scene.Store.Close();

        using var rejected = await client.UploadAsync(TestImages.NoisePng, "knight.png");

        await rejected.ProblemAsync(503, "StorageUnavailable");
        var list = await (await client.GetAsync("/api/mv/character_references")).JsonAsync();
        Assert.That(list.GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That(Images(root), Is.Empty);

        _scene.Store.Open();
        Assert.That(await _scene.Bucket.ContentsAsync(), Has.None.StartsWith("character_references/"));
        await Condition.UntilAsync(async () => (await client.UploadAsync(TestImages.NoisePng, "knight.png")).IsSuccessStatusCode);
        Assert.That(await _scene.Bucket.ContentsAsync(), Has.One.StartsWith("character_references/").And.One.EndsWith(Path.GetFileName(Images(root).Single())));
    }

    [Test]
    public async Task Image_WhenItWasUploadedToANode_IsServedByOneThatHasNoFile()
    {
        string id;
        using (var first = _scene!.Start(_scene.NewRoot()))
        {
            using var client = await first.ConnectAsync();
            id = await client.UploadedIdAsync(TestImages.NoisePng);
            Assert.That((await BucketScene.CopyAsync(client, id)).GetProperty("state").GetString(), Is.EqualTo("stored"));
            await first.KillAsync();
        }

        using var second = _scene.Start(_scene.NewRoot());
        using var other = await second.ConnectAsync();
        Assert.That(await other.GetByteArrayAsync($"/api/mv/character_references/{id}/content"), Is.EqualTo(TestImages.NoisePng));
    }

    [Test]
    public async Task Generation_WhileTheBucketIsUnreachable_WaitsWithItsImageAndIsPaidForOnce()
    {
        await using var stub = await ReplicateStub.StartAsync();
        stub.ImageOf = index => TestImages.Solid(ImageFormat.Png, 64 + index, 64);
        using var node = _scene!.Start(
            _scene.NewRoot(), [("IMAGE_GENERATOR", "replicate"), ("S3_MAX_RETRIES", "0"), .. stub.Variables.Select(one => (one.Key, one.Value!))]);
        using var client = await node.ConnectAsync();
        _scene.Store.Close();

        var started = await client.StartedAsync(new { character_description = "a knight", num_images = 2 });
        await Condition.UntilAsync(() => node.Log.Contains("waits for the object store", StringComparison.Ordinal));
        var waiting = await client.UntilAsync(started, generation => StatesOf(generation).All(state => state == "storing"));
        _scene.Store.Open();
        var final = await client.UntilFinalAsync(started);

        Assert.That(waiting.GetProperty("completed_at").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        Assert.That(StatesOf(final), Has.All.EqualTo("succeeded"));
        Assert.That(stub.Creates, Has.Count.EqualTo(2));
        Assert.That(await _scene.Bucket.ContentsAsync(), Has.Exactly(2).StartsWith("character_references/"));
    }

    private static List<string?> StatesOf(System.Text.Json.JsonElement generation) =>
        [.. generation.GetProperty("slots").EnumerateArray().Select(slot => slot.GetProperty("state").GetString())];

    private static List<string> Images(string root) => [.. Directory.EnumerateFiles(Path.Join(root, "outputs", "character_reference"), "*.png")];
}
