using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Jobs;

/// <summary>
/// The service is killed in the middle of a job's work. Before a bucket a proxy holds the requests until it is dead; on local disk it goes through the
/// files one at a time, so that it has not come far when the first is seen.
/// </summary>
[TestFixture(false, Category = "Integration")]
[TestFixture(true, Category = "Integration")]
internal sealed class JobCrashTests(bool hasBucket)
{
    private const int Files = 150;
    private const int Held = 40;

    private JobScene _scene = null!;

    [SetUp]
    public async Task SetUp()
    {
        _scene = await JobScene.SetUpAsync(hasBucket);
        _scene.WriteMany(Files, 20_000);
        _scene.Write("final/movie.mp4", new byte[12_000_000]); // in parts, where there are any
    }

    [TearDown]
    public async Task TearDown()
    {
        await (_scene?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Test]
    public async Task Persist_WhenKilledHalfway_IsFreeAgainInTimeAndCompletedByTheNext()
    {
        using (var before = _scene.Start())
        {
            await (await before.CreateClient().GetAsync($"/api/mv/jobs/{JobScene.Job}/assets/verify")).ProblemAsync(404, "NotFound");
        }

        var puts = 0;
        if (hasBucket)
        {
            _scene.Proxy!.Script = call => call is { Method: "PUT", IsOfJobFile: true }
                && (call.Target.Contains("partNumber=2", StringComparison.Ordinal) || Interlocked.Increment(ref puts) > Held) ? call.HangAsync()
                    : call.PassOnAsync();
        }

        await KillAsync("assets/persist", null, async () => (await _scene.KeysAsync()) is var keys && keys.Any(IsUpload) == hasBucket ? keys.Count : 0);

        var left = await _scene.KeysAsync();
        Assert.That(left, Has.Count.LessThan(Files), "it was in the middle");
        Assert.That(left, Has.None.EqualTo(JobScene.Manifest), "no manifest: not complete");
        Assert.That(left.Any(IsUpload), Is.EqualTo(hasBucket));

        var (persisted, again) = await DoAgainAsync("assets/persist", null);
        using (again.Api)
        using (again.Client)
        {
            Assert.That(JobScene.Names(persisted, "failed"), Is.Empty);
            Assert.That(JobScene.Names(persisted, "skipped"), Is.Not.Empty, "it goes on where the other ended");
            Assert.That(JobScene.Names(persisted, "uploaded").Count + JobScene.Names(persisted, "skipped").Count, Is.EqualTo(Files + 1));
            await _scene.AssertWholeAndTidyAsync(again.Client);
        }
    }

    [Test]
    public async Task Restore_WhenKilledHalfway_IsFreeAgainInTimeAndCompletedByTheNext()
    {
        using (var before = _scene.Start())
        {
            await JobScene.DoAsync(before.CreateClient(), "assets/persist");
        }

        var gets = 0;
        if (hasBucket)
        {
            _scene.Proxy!.Script = call => call is { Method: "GET", IsOfJobFile: true } && Interlocked.Increment(ref gets) > Held
                ? call.HangHalfwayAsync(() => { })
                : call.PassOnAsync();
        }

        var elsewhere = new { local_base_path = "again" };
        await KillAsync("assets/download", elsewhere, () => Task.FromResult(_scene.Hashes("again").Count));

        var left = _scene.Hashes("again");
        var original = _scene.Hashes();
        Assert.That(left, Has.Count.LessThan(Files), "it was in the middle");
        Assert.That(left, Is.SubsetOf(original), "what has its name is whole");

        var (restored, again) = await DoAgainAsync("assets/download", elsewhere);
        using (again.Api)
        using (again.Client)
        {
            Assert.That(JobScene.Names(restored, "failed"), Is.Empty);
            Assert.That(JobScene.Names(restored, "skipped"), Is.EquivalentTo(left.Keys), "it goes on where the other ended");
            Assert.That(_scene.Hashes("again"), Is.EquivalentTo(original));
            await _scene.AssertWholeAndTidyAsync(again.Client);
        }
    }

    private static bool IsUpload(string key) => key.StartsWith("upload ", StringComparison.Ordinal);

    /// <summary>Kills a process in the middle of the work, and has the next one find the job taken until the lease has passed.</summary>
    private async Task KillAsync(string action, object? body, Func<Task<int>> countAsync)
    {
        using var api = _scene.StartProcess(("JOB_CONCURRENCY", hasBucket ? "8" : "1"));
        using var client = await api.ConnectAsync();
        var work = JobScene.PostAsync(client, action, body);
        await Condition.UntilAsync(async () => await countAsync() >= (hasBucket ? Held / 2 : 2));
        await api.KillAsync();
        using (var next = _scene.Start())
        {
            await JobScene.AssertBusyAsync(await JobScene.PostAsync(next.CreateClient(), action, body));
        }

        Assert.That(async () => await work, Throws.Exception, "no client got a response");
    }

    private async Task<(System.Text.Json.JsonElement Response, (ApiProcess Api, HttpClient Client) Again)> DoAgainAsync(string action, object? body)
    {
        if (hasBucket)
        {
            _scene.Proxy!.Script = null;
        }

        var api = _scene.StartProcess();
        var client = await api.ConnectAsync();
        return (await JobScene.InTurnAsync(client, action, body), (api, client));
    }
}
