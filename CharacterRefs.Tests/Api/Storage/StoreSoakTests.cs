using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Storage;

/// <summary>
/// Many uploads while a share of all requests to the bucket fails in every way and the service is killed in between. <c>eng/soak-storage</c> runs it
/// with more of everything.
/// </summary>
[Category("Integration")]
internal sealed class StoreSoakTests
{
    private const int Clients = 8;
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(20);
    private static readonly int s_count = Number("SOAK_COUNT", 60);
    private static readonly int s_failPercent = Number("SOAK_FAIL_PERCENT", 20);
    private static readonly int s_kills = Number("SOAK_KILLS", 1);

    private readonly ConcurrentDictionary<string, int> _withoutResponse = [];
    private int _rejected;
    private StorageScene _scene = null!;
    private volatile TaskCompletionSource<HttpClient> _client = New();

    [SetUp]
    public async Task SetUp() => _scene = await StorageScene.SetUpAsync();

    [TearDown]
    public ValueTask TearDown() => _scene?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Test]
    public async Task Uploads_WhenTheBucketFailsAndTheServiceIsKilled_AreAllKeptOnce()
    {
        var clock = Stopwatch.StartNew();
        _scene.StoreTimeout = s_timeout;
        var faults = new RandomFaults(seed: 1, s_failPercent / 100.0);
        _scene.Proxy.Script = faults.HandleAsync;
        var images = new ConcurrentQueue<int>(Enumerable.Range(0, s_count));
        var uploads = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => UploadAllAsync(images)));

        using var api = await RunWithKillsAsync(uploads);
        await uploads;
        var uploaded = clock.Elapsed;
        var others = await _scene.AssertNothingIsLostAsync(await _client.Task);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_scene.Returned, Has.Count.EqualTo(s_count));
            Assert.That(_scene.Returned.Values.Distinct().Count(), Is.EqualTo(s_count), "each is another image");
            Assert.That(
                others.Values.GroupBy(hash => hash).Where(kept => kept.Count() > _withoutResponse.GetValueOrDefault(kept.Key)),
                Is.Empty,
                "more than were sent");
            Assert.That(faults.Total, s_failPercent == 0 ? Is.Zero : Is.Not.Zero);
        }

        TestContext.Progress.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"soak: {s_count} images returned, kept and stored once with equal hashes; {others.Count} more kept of {_withoutResponse.Values.Sum()} uploads "
            + $"that a kill cut off; {_rejected} rejected; {s_kills} kills; {faults.Counts}; uploads {uploaded.TotalSeconds:0} s, "
            + $"all stored and verified {clock.Elapsed.TotalSeconds:0} s"));
    }

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static TaskCompletionSource<HttpClient> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Without S3_REQUIRED_AT_START=false a failed start would end the test.
    private ApiProcess Start() => _scene.StartProcess(("S3_REQUIRED_AT_START", "false"), ("S3_MAX_RETRIES", "1"), ("LOG_LEVEL", "information"));

    /// <summary>Starts the service, and kills and restarts it each time another part of the uploads has a response.</summary>
    private async Task<ApiProcess> RunWithKillsAsync(Task uploads)
    {
        var api = Start();
        _client.SetResult(await api.ConnectAsync());
        for (var kill = 1; kill <= s_kills; kill++)
        {
            var enough = s_count * kill / (s_kills + 1);
            await Condition.UntilAsync(() => ReturnedCount() >= enough || uploads.IsFaulted, s_timeout);
            var next = New();
            await api.KillAsync();
            _client = next;
            api.Dispose();
            api = Start();
            next.SetResult(await api.ConnectAsync());
        }

        return api;
    }

    private async Task UploadAllAsync(ConcurrentQueue<int> images)
    {
        while (images.TryDequeue(out var number))
        {
            var image = TestImages.Solid(ImageFormat.Png, 8 + (number % 50), 8 + (number / 50));
            while (!await TryUploadAsync(image))
            {
            }
        }
    }

    /// <summary>Retries uploads without a response, as a client does.</summary>
    private async Task<bool> TryUploadAsync(byte[] image)
    {
        var client = await _client.Task;
        try
        {
            using var response = await client.UploadAsync(image);
            if (!response.IsSuccessStatusCode)
            {
                Interlocked.Increment(ref _rejected);
                return false;
            }

            var body = await response.JsonAsync();
            lock (_scene.Returned)
            {
                _scene.Returned.Add(body.GetProperty("image_id").GetString()!, body.GetProperty("sha256").GetString()!);
            }

            Assert.That(body.GetProperty("sha256").GetString(), Is.EqualTo(StorageScene.HashOf(image)));
            return true;
        }
        catch (HttpRequestException)
        {
            _withoutResponse.AddOrUpdate(StorageScene.HashOf(image), 1, (_, count) => count + 1);
            await Task.Delay(20); // the client's pause before it retries
            return false;
        }
    }

    private int ReturnedCount()
    {
        lock (_scene.Returned)
        {
            return _scene.Returned.Count;
        }
    }
}
