using System.Diagnostics;
using System.Globalization;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Nodes;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Api.Nodes;

/// <summary>
/// Nodes are killed while they generate, PostgreSQL is restarted and the store is cut off. In the end every prediction that was paid for is exactly one
/// image. <c>eng/bench-nodes chaos</c> runs it with more of everything.
/// </summary>
[Category("Integration")]
internal sealed class NodeChaosTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(30);
    private static readonly int s_nodes = BenchSetting.Number("NODES", 2);
    private static readonly int s_generations = BenchSetting.Number("GENERATIONS", 12);
    private static readonly int s_images = BenchSetting.Number("IMAGES", 2);
    private static readonly int s_clients = BenchSetting.Number("CLIENTS", 8);
    private static readonly TimeSpan s_modelTime = TimeSpan.FromSeconds(BenchSetting.Number("MODEL_SECONDS", 1));
    private static readonly TimeSpan s_storeCut = TimeSpan.FromSeconds(BenchSetting.Number("STORE_CUT_SECONDS", 3));

    /// <summary>
    /// Kills by time, and once the node killed before is ready again, until the last generation is final; unset, two kills at a third and at two thirds of
    /// the predictions.
    /// </summary>
    private static readonly int? s_secondsPerKill = BenchSetting.Number("KILL_SECONDS", 0) is > 0 and var seconds ? seconds : null;

    private readonly Random _random = TestContext.CurrentContext.Random;
    private NodesScene _scene = null!;
    private int _kills;

    [SetUp]
    public async Task SetUp()
    {
        _scene = await NodesScene.SetUpAsync(s_nodes, ("GENERATION_CONCURRENCY", "4"));
        _scene.Stub.ImageOf = PaidImages.ImageOf;
        _scene.Stub.ByDefault(prediction => prediction.WaitsForModel(s_modelTime));
    }

    [TearDown]
    public async Task TearDown()
    {
        if (_scene is not null)
        {
            await _scene.DisposeAsync();
        }
    }

    [Test]
    public async Task Generations_WhenNodesAreKilledAndTheirServersFail_AreEachPaidImageOnce()
    {
        using var timeout = new CancellationTokenSource(s_timeout);
        using var http = _scene.CreateClient();
        http.Timeout = Timeout.InfiniteTimeSpan;
        var clients = new GenerationClients(http, s_images);
        var watch = Stopwatch.StartNew();

        var load = clients.RunAsync(s_generations, s_clients, timeout.Token);
        var chaos = Task.WhenAll(KillAsync(load), RestartPostgresAsync(load), CutStoreAsync(load));
        await Task.WhenAll(load, chaos);
        var took = watch.Elapsed;
        var images = new PaidImages(_scene, clients);
        await images.CompareAsync(timeout.Token);

        await TestContext.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"chaos: {s_generations} generations of {s_images} images on {s_nodes} nodes, model {s_modelTime.TotalSeconds} s, in {took.TotalSeconds:0} s; "
            + $"{_kills} kills, PostgreSQL restarted once, store cut for {s_storeCut.TotalSeconds} s; {_scene.Stub.Predictions.Count} paid predictions, "
            + $"{images.Images} images, {images.NeverSent} slots not sent and not paid; repeated requests: "
            + $"{string.Join(", ", clients.Repeats.Select(repeat => $"{repeat.Value} x {repeat.Key}"))}; {images.RepeatedWebhooks} webhooks came again "
            + $"with their id; {images.Faults.Count} deviations"));
        Assert.That(images.Faults.Take(20), Is.Empty, () => $"Logs: {_scene.SaveLogs()}");
        Assert.That(_scene.Stub.Faults, Is.Empty);
    }

    private async Task KillAsync(Task load)
    {
        for (var kill = 1; s_secondsPerKill is not null || kill <= 2; kill++)
        {
            await (s_secondsPerKill is { } seconds ? Task.WhenAny(load, Task.Delay(TimeSpan.FromSeconds(seconds))) : UntilPaidAsync(kill / 3.0, load));
            if (load.IsCompleted)
            {
                return;
            }

            var node = _scene.Nodes[_random.Next(_scene.Nodes.Count)];
            await node.KillAsync();
            node.Start();
            _kills++;
            if (s_secondsPerKill is not null)
            {
                await node.UntilReadyAsync(); // on a busy machine a start takes longer than the time between two kills
            }
        }
    }

    private async Task RestartPostgresAsync(Task load)
    {
        await UntilPaidAsync(0.5, load);
        await _scene.Postgres.RestartAsync();
    }

    private async Task CutStoreAsync(Task load)
    {
        await UntilPaidAsync(0.75, load);
        _scene.Store.Close();
        await Task.Delay(s_storeCut);
        _scene.Store.Open();
    }

    /// <summary>Waits until this share of all images was paid for.</summary>
    private Task UntilPaidAsync(double share, Task load) =>
        Condition.UntilAsync(() => load.IsCompleted || _scene.Stub.Predictions.Count >= s_generations * s_images * share, Timeout.InfiniteTimeSpan);
}
