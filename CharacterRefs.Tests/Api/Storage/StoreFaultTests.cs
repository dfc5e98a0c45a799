using System.Diagnostics;
using System.Text.Json;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Storage;

/// <summary>
/// The store rejects, fails, hangs or breaks connections for a while: the client gets its image at once, the record has the cause, and the copy is stored
/// later.
/// </summary>
[Category("Integration")]
internal sealed class StoreFaultTests
{
    private static readonly TimeSpan s_storeWait = TimeSpan.FromSeconds(2);

    private StorageScene _scene = null!;

    [SetUp]
    public async Task SetUp() => _scene = await StorageScene.SetUpAsync();

    [TearDown]
    public ValueTask TearDown() => _scene?.DisposeAsync() ?? ValueTask.CompletedTask;

    [TestCase(403, "AccessDenied", "s3:PutObject")]
    [TestCase(403, "InvalidAccessKeyId", "AWS_ACCESS_KEY_ID")]
    [TestCase(400, "ExpiredToken", "AWS_SESSION_TOKEN")]
    [TestCase(500, "InternalError", "internal error")]
    [TestCase(503, "SlowDown", "The store")]
    [TestCase(412, "", "")]
    public Task Generate_WhenTheStoreReturnsAnError_RecordsTheCauseAndStoresLater(int status, string code, string words) =>
        AssertStoredLaterAsync(call => call.FailAsync(status, code), words);

    [Test]
    public Task Generate_WhenTheStoreSendsNoResponse_DoesNotWaitForIt() =>
        AssertStoredLaterAsync(call => call.HangAsync(), "in time");

    [Test]
    public Task Generate_WhenTheBodyOfTheResponseStalls_DoesNotWaitForIt() =>
        AssertStoredLaterAsync(
            call => call.Method == "HEAD" ? call.PassOnAsync() : call.FailAsync(503, "SlowDown", () => Task.Delay(Timeout.Infinite)), "in time");

    [Test]
    public Task Generate_WhenEveryConnectionBreaks_RecordsTheCauseAndStoresLater() =>
        AssertStoredLaterAsync(call => call.BreakAsync(), "connection");

    [Test]
    public async Task Upload_WhenTheResponseOfTheStoreIsLost_IsStoredOnce()
    {
        using var api = Start();
        using var client = api.CreateClient();
        var puts = 0;
        _scene.Proxy.Script = call => call.PutsImage && ++puts == 1 ? call.DropResponseAsync() : call.PassOnAsync();

        await _scene.UploadAsync(client, TestImages.NoisePng);

        Assert.That(await _scene.AssertNothingIsLostAsync(client), Is.Empty);
        Assert.That(puts, Is.Not.Zero);
    }

    [Test]
    public async Task Generate_WhenTheBucketIsGone_RecordsTheCauseAndStoresWhenItIsBack()
    {
        using var api = Start();
        using var client = api.CreateClient();
        await _scene.Bucket.Client.DeleteObjectAsync(_scene.Bucket.Name, AssetLayout.Owner.Value);
        await _scene.Bucket.Client.DeleteBucketAsync(_scene.Bucket.Name);

        await AssertOnlyHereAsync(client, await _scene.GenerateAsync(client), "STORAGE_BUCKET");
        await _scene.Bucket.Client.PutBucketAsync(_scene.Bucket.Name);

        Assert.That(await _scene.AssertNothingIsLostAsync(client), Is.Empty);
    }

    [Test]
    public async Task Start_WhenTheResponseToTheTestObjectIsLost_LeavesNoneInTheBucket()
    {
        _scene.Proxy.Script = call => call.Method == "PUT" ? call.DropResponseAsync() : call.PassOnAsync();

        using var api = _scene.Start(("S3_REQUIRED_AT_START", "false"), ("S3_MAX_RETRIES", "0"));
        using var client = api.CreateClient();

        Assert.That(await _scene.Bucket.ContentsAsync(), Is.Empty);
    }

    private async Task AssertStoredLaterAsync(Func<ProxiedCall, Task> fault, string words)
    {
        using var api = Start();
        using var client = api.CreateClient();
        _scene.Proxy.Script = fault;

        // The first meets the fault; by the last it is known, and no request is sent any more.
        for (var i = 0; i < 2; i++)
        {
            var clock = Stopwatch.StartNew();
            var image = await _scene.GenerateAsync(client);

            Assert.That(clock.Elapsed, Is.LessThan(s_storeWait + TimeSpan.FromSeconds(18)), "a store that hangs takes 30 s");
            await AssertOnlyHereAsync(client, image, words);
        }

        _scene.Proxy.Script = null;
        Assert.That(await _scene.AssertNothingIsLostAsync(client), Is.Empty);
        await Condition.UntilAsync(async () => await IsServedByCloudAsync(client));
    }

    private async Task AssertOnlyHereAsync(HttpClient client, JsonElement image, string words)
    {
        var id = image.GetProperty("id").GetString()!;
        Assert.That(image.GetProperty("cloud_url").ValueKind, Is.EqualTo(JsonValueKind.Null));
        JsonElement copy = default;
        await Condition.UntilAsync(async () =>
            (copy = await StorageScene.CopyAsync(client, id)).GetProperty("last_error").GetString()?.Contains(words, StringComparison.Ordinal) == true);
        Assert.That(copy.GetProperty("state").GetString(), Is.EqualTo("pending"));
        Assert.That(
            copy.GetProperty("last_error").GetString(),
            Does.EndWith(".").And.Not.Contain(_scene.Bucket.Options.SecretAccessKey!.Reveal()).And.Not.Contain("words-of-the-server"));

        using var served = await client.GetAsync($"/api/mv/get_character_reference/{id}");
        Assert.That(served.Headers.GetValues("X-Served-From"), Is.EqualTo(["local"]));
        Assert.That(StorageScene.HashOf(await served.Content.ReadAsByteArrayAsync()), Is.EqualTo(image.GetProperty("sha256").GetString()));
    }

    private async Task<bool> IsServedByCloudAsync(HttpClient client)
    {
        using var served = await client.GetAsync($"/api/mv/get_character_reference/{_scene.Returned.Keys.First()}");
        return !served.Headers.Contains("X-Served-From");
    }

    private ApiFactory Start() => _scene.Start(("STORE_WAIT", "2"));
}
