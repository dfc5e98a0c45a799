using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Jobs;

/// <summary>The bucket goes away in the middle of a job's work, the service dies between two states of a set, and two nodes want the same job.</summary>
[Category("Integration")]
internal sealed class JobOutageTests
{
    private JobScene _scene = null!;
    private ApiFactory _api = null!;
    private HttpClient _client = null!;

    [SetUp]
    public async Task SetUp()
    {
        _scene = await JobScene.SetUpAsync(hasBucket: true);
        Start();
        _scene.Write("final/movie.mp4", "movie"u8.ToArray());
        await JobScene.DoAsync(_client, "assets/persist");
    }

    [TearDown]
    public async Task TearDown()
    {
        Stop();
        await (_scene?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Test]
    public async Task Persist_WhenTheStoreBecomesUnreachable_KeepsTheOldSetCurrentAndIsCompletedLater()
    {
        var scenes = _scene.WriteMany(40, 100);
        _scene.Write("final/movie.mp4", "another cut"u8.ToArray());

        _scene.CloseAfter("PUT", 0);
        var none = await JobScene.PostAsync(_client, "assets/persist");
        await none.ProblemAsync(503, "StorageUnavailable");
        Assert.That(none.Headers.RetryAfter, Is.Not.Null);

        await ReopenAsync();
        _scene.CloseAfter("PUT", 15);
        var some = await JobScene.DoAsync(_client, "assets/persist");
        var failed = some.GetProperty("failed").EnumerateArray().ToList();
        Assert.That(JobScene.Names(some, "uploaded"), Is.Empty, "nothing was committed");
        Assert.That(JobScene.Names(some, "failed"), Is.SubsetOf(scenes.Append("final/movie.mp4")));
        Assert.That(failed, Has.Count.InRange(1, 40));
        Assert.That(failed.Select(failure => failure.GetProperty("error").GetString()), Has.All.EqualTo("StorageUnavailable"));
        Assert.That(some.GetProperty("manifest").GetProperty("file_count").GetInt32(), Is.EqualTo(1), "the old one");

        await ReopenAsync();
        var old = (await JobScene.GetAsync(_client, "assets")).GetProperty("files").EnumerateArray().Single();
        Assert.That(await _scene.FetchAsync(_client, old.GetProperty("url").GetString()!), Is.EqualTo("movie"u8.ToArray()));
        var rest = await JobScene.DoAsync(_client, "assets/persist");
        Assert.That(JobScene.Names(rest, "uploaded").Concat(JobScene.Names(rest, "skipped")), Is.EquivalentTo(scenes.Append("final/movie.mp4")));
        Assert.That(JobScene.Names(rest, "uploaded"), Is.SubsetOf(JobScene.Names(some, "failed")), "what was uploaded is not uploaded again");
        await _scene.AssertWholeAndTidyAsync(_client);
    }

    [Test]
    public async Task Restore_WhenTheStoreBecomesUnreachable_NamesWhatIsMissingAndIsCompletedLater()
    {
        _scene.WriteMany(40, 100);
        await JobScene.DoAsync(_client, "assets/persist");
        var original = _scene.Hashes();
        var elsewhere = new { local_base_path = "again" };

        _scene.CloseAfter("GET", 0);
        var none = await JobScene.PostAsync(_client, "assets/download", elsewhere);
        await none.ProblemAsync(503, "StorageUnavailable");
        Assert.That(_scene.Hashes("again"), Is.Empty);

        await ReopenAsync();
        _scene.CloseAfter("GET", 15);
        var some = await JobScene.DoAsync(_client, "assets/download", elsewhere);
        Assert.That(JobScene.Names(some, "failed"), Is.Not.Empty);
        Assert.That(JobScene.Names(some, "downloaded").Concat(JobScene.Names(some, "failed")), Is.EquivalentTo(original.Keys));
        Assert.That(_scene.Hashes("again"), Is.SubsetOf(original).And.Count.EqualTo(JobScene.Names(some, "downloaded").Count));

        await ReopenAsync();
        var rest = await JobScene.DoAsync(_client, "assets/download", elsewhere);
        Assert.That(JobScene.Names(rest, "downloaded"), Is.EqualTo(JobScene.Names(some, "failed")));
        Assert.That(JobScene.Names(rest, "skipped"), Is.EqualTo(JobScene.Names(some, "downloaded")));
        Assert.That(_scene.Hashes("again"), Is.EquivalentTo(original));
        Assert.That(_scene.StagedFiles(), Is.Empty);
    }

    [TestCase("assets/persist", "PUT")]
    [TestCase("assets/download", "GET")]
    public async Task Job_WhenWorkRunsOnIt_IsBusyUntilThatIsDone(string action, string method)
    {
        File.Delete(Path.Join(_scene.JobsRoot, JobScene.Job, "final/movie.mp4"));
        _scene.Write("scenes/1.mp4", "scene"u8.ToArray());
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _scene.Proxy!.Script = call => call.IsOfJobFile && call.Method == method ? call.HoldResponseAsync(() => Hold(held, release)) : call.PassOnAsync();

        var first = JobScene.PostAsync(_client, action);
        await held.Task.WaitAsync(Condition.Limit);
        await JobScene.AssertBusyAsync(await JobScene.PostAsync(_client, "assets/persist"));
        await JobScene.AssertBusyAsync(await JobScene.PostAsync(_client, "assets/download"));
        release.SetResult();

        Assert.That(JobScene.Names(await (await first).JsonAsync(), "failed"), Is.Empty);
        Assert.That(JobScene.Names(await JobScene.DoAsync(_client, action), "failed"), Is.Empty);
    }

    [Test]
    public async Task Persist_WhenKilledBetweenTheTwoManifestsOfAReplacement_IsFinishedByTheNext()
    {
        _scene.Write("final/movie.mp4", "another cut"u8.ToArray());
        var manifests = 0;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _scene.Proxy!.Script = call => call.Method == "PUT" && call.Target.Contains("manifest.json", StringComparison.Ordinal)
            && Interlocked.Increment(ref manifests) == 2
            ? Hang(call, reached)
            : call.PassOnAsync();
        Stop(); // one process at a time uses the data
        using (var api = _scene.StartProcess())
        {
            using var client = await api.ConnectAsync();
            var persist = JobScene.PostAsync(client, "assets/persist");
            await reached.Task.WaitAsync(Condition.Limit);
            await api.KillAsync();
            Assert.That(async () => await persist, Throws.Exception);
        }

        _scene.Proxy.Script = null;
        Start();
        var between = (await JobScene.GetAsync(_client, "assets")).GetProperty("files").EnumerateArray().Single();
        Assert.That(
            await _scene.FetchAsync(_client, between.GetProperty("url").GetString()!), Is.EqualTo("another cut"u8.ToArray()), "the new set is committed");
        Assert.That((await JobScene.GetAsync(_client, "assets/verify?depth=hash")).GetProperty("complete").GetBoolean(), Is.True);
        Assert.That((await _scene.KeysAsync()).Any(key => key.Contains(".incoming/", StringComparison.Ordinal)), Is.True, "it was in the middle");

        var finished = await JobScene.InTurnAsync(_client, "assets/persist");
        Assert.That(JobScene.Names(finished, "skipped"), Is.EqualTo(["final/movie.mp4"]));
        await _scene.AssertWholeAndTidyAsync(_client);
        var version = (await JobScene.GetAsync(_client, "assets")).GetProperty("versions").EnumerateArray().Single();
        Assert.That(await _scene.FetchAsync(_client, version.GetProperty("url").GetString()!), Is.EqualTo("movie"u8.ToArray()));
    }

    private void Start()
    {
        _api = _scene.Start();
        _client = _api.CreateClient();
    }

    private void Stop()
    {
        _client?.Dispose();
        _api?.Dispose();
    }

    /// <summary>The store is back, and the service, which leaves a failing store alone for a while, has found out.</summary>
    private async Task ReopenAsync()
    {
        _scene.Proxy!.Script = null;
        _scene.Relay!.Open();
        await Condition.UntilAsync(async () => (await _client.GetAsync($"/api/mv/jobs/{JobScene.Job}/assets")).IsSuccessStatusCode);
    }

    private static Task Hold(TaskCompletionSource held, TaskCompletionSource release)
    {
        held.TrySetResult();
        return release.Task;
    }

    private static Task Hang(ProxiedCall call, TaskCompletionSource reached)
    {
        reached.TrySetResult();
        return call.HangAsync();
    }
}
