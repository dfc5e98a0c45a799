using System.Net;
using System.Net.Http.Json;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Storage;

/// <summary>Two services with catalogs of their own on one bucket of a real S3 server.</summary>
[Category("Integration")]
internal sealed class StoreOwnerTests
{
    private const int InvalidConfiguration = 78;
    private const string TakeOver = "STORE_OWNER";

    private OutageScene _scene = null!;
    private TempDirectory _other = null!;

    [SetUp]
    public async Task SetUp()
    {
        _scene = await OutageScene.SetUpAsync();
        _other = new TempDirectory();
    }

    [TearDown]
    public async Task TearDown()
    {
        if (_scene is not null)
        {
            await _scene.DisposeAsync();
            _other.Dispose();
        }
    }

    [TestCase]
    [TestCase("import")]
    public async Task Start_WhenAnotherCatalogOwnsTheBucket_StopsAndChangesNothing(params string[] command)
    {
        await FirstStartAsync();
        var before = await _scene.Bucket.ContentsAsync();

        using var second = ApiProcess.Start(_other.FullPath, command, Variables());
        var code = await second.ExitCodeAsync();

        Assert.That(code, Is.EqualTo(InvalidConfiguration), second.Log);
        Assert.That(second.Log, Does.Contain("belongs to another catalog").And.Contain("STORE_OWNER=takeover").And.Not.Contain("   at "));
        Assert.That(await _scene.Bucket.ContentsAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Start_WhenTheBucketIsTakenOver_WorksAndThePreviousOwnerIsRejected()
    {
        await FirstStartAsync();

        using (var second = new ApiFactory(_other.FullPath, [.. Variables(), (TakeOver, "takeover")]))
        using (var client = second.CreateClient())
        {
            await client.UploadedIdAsync(TestImages.NoisePng);
        }

        using var first = _scene.StartProcess();
        Assert.That(await first.ExitCodeAsync(), Is.EqualTo(InvalidConfiguration), first.Log);
    }

    [Test]
    public async Task Upload_WhenTheBucketOfAnotherCatalogIsReachableOnlyLater_StaysLocal()
    {
        await FirstStartAsync();
        var before = await _scene.Bucket.ContentsAsync();
        _scene.Relay.Close();
        using var second = new ApiFactory(_other.FullPath, [.. Variables(), ("S3_REQUIRED_AT_START", "false"), ("S3_MAX_RETRIES", "0")]);
        using var client = second.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.NoisePng);

        _scene.Relay.Open();
        await Condition.UntilAsync(() => BucketScene.IsReachable(second));
        using var persisted = await client.PostAsJsonAsync($"/api/mv/character_references/{id}/persist", new { });

        var problem = await persisted.ProblemAsync(503, "StorageUnavailable");
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("another catalog"));
        (await client.GetAsync($"/api/mv/get_character_reference/{id}")).AssertStatus(HttpStatusCode.OK);
        await Condition.UntilAsync(async () => (await _scene.Bucket.ContentsAsync()).SequenceEqual(before)); // the probe's object goes again
    }

    /// <summary>Claims the bucket, and leaves an image in it.</summary>
    private async Task FirstStartAsync()
    {
        using var first = _scene.Start();
        using var client = first.CreateClient();
        var id = await client.UploadedIdAsync(TestImages.NoisePng);
        await Condition.UntilAsync(async () => (await _scene.Bucket.ContentsAsync()).Any(key => key.Contains(id, StringComparison.Ordinal)));
    }

    private (string Name, string Value)[] Variables() => [.. _scene.Bucket.Variables(_scene.Relay.Address), ("SERVE_FROM_CLOUD", "true")];
}
