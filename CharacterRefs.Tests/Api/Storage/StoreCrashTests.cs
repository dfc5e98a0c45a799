using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Storage;

/// <summary>The service is killed between the local disk and the bucket. The proxy holds the request there until it is dead.</summary>
[Category("Integration")]
internal sealed class StoreCrashTests
{
    private StorageScene _scene = null!;

    [SetUp]
    public async Task SetUp() => _scene = await StorageScene.SetUpAsync();

    [TearDown]
    public ValueTask TearDown() => _scene?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Test]
    public Task Upload_WhenKilledBeforeTheFirstByteArrives_IsStoredOnceByTheNextStart() =>
        AssertSurvivesAsync(TestImages.NoisePng, objectsMeanwhile: 1, (call, reached) => call.PutsImage
            ? Reach(reached, call.HangAsync())
            : call.PassOnAsync());

    [Test]
    public Task Upload_WhenKilledWithHalfOfTheBytesSent_IsStoredOnceByTheNextStart() =>
        AssertSurvivesAsync(TestImages.NoisePng, objectsMeanwhile: 1, (call, reached) => call.PutsImage
            ? call.HoldBodyAsync(() => Reach(reached, Task.Delay(Timeout.Infinite)))
            : call.PassOnAsync());

    [Test]
    public Task Upload_WhenKilledBetweenTheBucketAndTheRow_IsStoredOnceByTheNextStart() =>
        AssertSurvivesAsync(TestImages.NoisePng, objectsMeanwhile: 2, (call, reached) => call.PutsImage
            ? call.HoldResponseAsync(() => Reach(reached, Task.Delay(Timeout.Infinite)))
            : call.PassOnAsync());

    [Test]
    public Task Upload_WhenKilledBetweenTwoParts_LeavesNoPartBehind() =>
        AssertSurvivesAsync(
            TestImages.Noise(ImageFormat.Png, 1500, 1500),
            objectsMeanwhile: 2,
            (call, reached) => call.Target.Contains("partNumber=2", StringComparison.Ordinal)
                ? call.HoldBodyAsync(() => Reach(reached, Task.Delay(Timeout.Infinite)))
                : call.PassOnAsync());

    private static Task Reach(TaskCompletionSource reached, Task then)
    {
        reached.TrySetResult();
        return then;
    }

    private async Task AssertSurvivesAsync(byte[] image, int objectsMeanwhile, Func<ProxiedCall, TaskCompletionSource, Task> script)
    {
        (string, string)[] settings = [("S3_MULTIPART_THRESHOLD", "5242880"), ("S3_PART_SIZE", "5242880")];
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (var api = _scene.StartProcess(settings))
        {
            using var client = await api.ConnectAsync();
            await _scene.UploadAsync(client, TestImages.Solid(ImageFormat.Png, 8, 8));
            _scene.Proxy.Script = call => script(call, reached);
            var upload = client.UploadAsync(image);
            await reached.Task.WaitAsync(Condition.Limit);

            await api.KillAsync();

            Assert.That(async () => await upload, Throws.Exception, "no client got a response");
        }

        Assert.That(await _scene.Bucket.ContentsAsync(), Has.Count.EqualTo(objectsMeanwhile));
        _scene.Proxy.Script = null;
        using var after = _scene.StartProcess(settings);
        using var afterClient = await after.ConnectAsync();
        await Condition.UntilAsync(async () => (await StorageScene.ListAsync(afterClient)).Count == 2);

        Assert.That((await _scene.AssertNothingIsLostAsync(afterClient)).Values, Is.EqualTo([StorageScene.HashOf(image)]), "kept, and kept once");
    }
}
