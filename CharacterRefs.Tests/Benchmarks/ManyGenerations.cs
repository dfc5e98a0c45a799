using System.Diagnostics;
using System.Text.Json;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>
/// Many requests and many watchers at once, with the memory and threads of the service. Run it by <c>eng/bench-generate burst</c> and <c>events</c>.
/// </summary>
[Explicit("a benchmark; run it by eng/bench-generate burst or events")]
[Category("Benchmark")]
[NonParallelizable]
internal sealed class ManyGenerations
{
    private const int Requests = 200;
    private const int Generations = 50;
    private const int WatchersEach = 10;

    [Test]
    public async Task Burst()
    {
        await using var stub = await StartStubAsync(TimeSpan.FromSeconds(1));
        stub.Throttle(50, 20);
        using var directory = new TempDirectory();
        using var api = Start(directory, stub);
        using var client = await ConnectAsync(api);

        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Requests).Select(async _ =>
        {
            using var response = await client.GenerateAsync(new { character_description = "A robot", num_images = 4 });
            Assert.That(response.IsSuccessStatusCode, Is.True, api.Log);
        }));
        var took = Stopwatch.GetElapsedTime(started);

        using var list = await client.GetAsync("/api/mv/generations?limit=100");
        var waits = (await list.JsonAsync()).GetProperty("items").EnumerateArray()
            .SelectMany(generation => generation.GetProperty("slots").EnumerateArray())
            .Select(slot => slot.GetProperty("rate_limit_wait_seconds").GetDouble()).ToList();
        TestContext.Progress.WriteLine(string.Create(
            null,
            $"burst: {Requests} requests of 4 images in {took.TotalSeconds:0} s; peak memory of the service {api.PeakMemory >> 20} MiB, goal under 300 MB; " +
            $"rate_limit_wait_seconds of the last {waits.Count} slots: median {Medians.Of(waits):0.0}, max {waits.Max():0.0}"));
    }

    [Test]
    public async Task Events()
    {
        await using var stub = await StartStubAsync(TimeSpan.FromSeconds(5));
        using var directory = new TempDirectory();
        using var api = Start(directory, stub, ("EVENT_STREAMS_PER_CLIENT", "1000"), ("GENERATION_CONCURRENCY", $"{Generations}"));
        using var client = await ConnectAsync(api);
        var before = api.Usage;

        var generations = new List<JsonElement>();
        for (var i = 0; i < Generations; i++)
        {
            generations.Add(await client.StartedAsync(new { character_description = "A robot", num_images = 4 }));
        }

        var readers = await Task.WhenAll(Enumerable.Repeat(generations, WatchersEach).SelectMany(all => all)
            .Select(generation => EventReader.OpenAsync(client, generation.UrlOf("events"))));
        var during = api.Usage;
        var seen = await Task.WhenAll(readers.Select(reader => reader.RestAsync()));
        foreach (var reader in readers)
        {
            await reader.DisposeAsync();
        }

        TestContext.Progress.WriteLine(string.Create(
            null,
            $"events: {readers.Length} watchers of {Generations} generations on {Environment.ProcessorCount} cores, " +
            $"{seen.Count(events => events.Count > 0 && events[^1].Generation.IsFinal())} saw the final state, {seen.Sum(events => events.Count)} events; " +
            $"memory before {before.Memory >> 20} MiB, with all watchers {during.Memory >> 20} MiB, peak {api.PeakMemory >> 20} MiB; " +
            $"threads {before.Threads} and {during.Threads}"));
        Assert.That(seen.All(events => events[^1].Generation.IsFinal()), Is.True);
    }

    private static async Task<ReplicateStub> StartStubAsync(TimeSpan modelTime)
    {
        var stub = await ReplicateStub.StartAsync();
        stub.ImageOf = _ => TestImages.NoisePng;
        stub.ByDefault(p => p.WaitsForModel(modelTime));
        return stub;
    }

    private static ApiProcess Start(TempDirectory directory, ReplicateStub stub, params (string Name, string Value)[] settings) =>
        ApiProcess.Start(directory.FullPath, [.. stub.Variables.Select(variable => (variable.Key, variable.Value!)), .. settings]);

    private static async Task<HttpClient> ConnectAsync(ApiProcess api)
    {
        var client = await api.ConnectAsync();
        client.Timeout = TimeSpan.FromMinutes(10);
        return client;
    }
}
