using System.Diagnostics;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Nodes;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>
/// How many more generations several nodes complete than one, each limited to four at a time. Run it by <c>eng/bench-nodes scale</c>; it measures and asserts
/// no time.
/// </summary>
[Explicit("a benchmark; run it by eng/bench-nodes scale")]
[Category("Benchmark")]
[NonParallelizable]
internal sealed class NodeScaling
{
    private const int Concurrency = 4;

    private static readonly int s_nodes = BenchSetting.Number("NODES", 4);
    private static readonly int s_generations = BenchSetting.Number("GENERATIONS", 320);
    private static readonly int s_images = BenchSetting.Number("IMAGES", 4);
    private static readonly TimeSpan s_modelTime = TimeSpan.FromSeconds(BenchSetting.Number("MODEL_SECONDS", 3));

    [Test]
    public async Task Throughput()
    {
        var one = await MeasureAsync(1);
        var all = await MeasureAsync(s_nodes);

        await TestContext.Out.WriteLineAsync(string.Create(
            null,
            $"scale: {s_nodes} nodes complete {all / one:0.00} times as many generations as one on {Environment.ProcessorCount} cores; goal 3.6 with 4 nodes"));
    }

    /// <returns>Generations per second.</returns>
    private static async Task<double> MeasureAsync(int nodes)
    {
        await using var scene = await NodesScene.SetUpAsync(nodes, ("GENERATION_CONCURRENCY", $"{Concurrency}"), ("LOG_LEVEL", "warning"));
        scene.Stub.ImageOf = PaidImages.ImageOf;
        scene.Stub.ByDefault(prediction => prediction.WaitsForModel(s_modelTime));
        using var http = scene.CreateClient();
        http.Timeout = Timeout.InfiniteTimeSpan;

        // Nodes that have just started compile their code; with more nodes on the same cores that takes longer.
        var warmUp = nodes * Concurrency * 16;
        await new GenerationClients(http, s_images, "warm-up").RunAsync(warmUp, nodes * Concurrency, CancellationToken.None);
        var clients = new GenerationClients(http, s_images);
        var used = scene.Nodes.Select(node => node.ProcessorTime).ToList();
        var watch = Stopwatch.StartNew();

        await clients.RunAsync(s_generations, s_nodes * Concurrency * 3, CancellationToken.None);

        var took = watch.Elapsed;
        var processor = scene.Nodes.Zip(used, (node, before) => node.ProcessorTime - before).Aggregate((sum, more) => sum + more);
        Assert.That(scene.Stub.Predictions, Has.Count.EqualTo((warmUp + s_generations) * s_images), () => scene.SaveLogs());
        Assert.That(clients.Faults, Is.Empty);
        var ideal = Math.Ceiling((double)s_generations / (nodes * Concurrency)) * s_modelTime;
        await TestContext.Out.WriteLineAsync(string.Create(
            null,
            $"scale: {s_generations} generations of {s_images} images, model {s_modelTime.TotalSeconds} s, on {nodes} node(s) with {Concurrency} running each: "
            + $"{took.TotalSeconds:0.0} s, the model alone takes {ideal.TotalSeconds:0.0} s; the nodes used {processor / took:0.00} cores"));
        return s_generations / took.TotalSeconds;
    }
}
