using System.Diagnostics;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>What the service adds to the model's own time. Run it by <c>eng/bench-generate</c>; it measures and asserts no time.</summary>
[Explicit("a benchmark; run it by eng/bench-generate")]
[Category("Benchmark")]
[NonParallelizable]
internal sealed class GenerationOverhead
{
    private static readonly TimeSpan s_modelTime = TimeSpan.FromSeconds(1);
    private const int WarmUpRounds = 20;
    private const int Rounds = 20;

    [Test]
    public async Task FourImages()
    {
        await using var stub = await ReplicateStub.StartAsync();
        stub.ImageOf = _ => TestImages.NoisePng;
        stub.ByDefault(p => p.WaitsForModel(s_modelTime));
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(
            directory.FullPath, [.. stub.Variables.Select(variable => (variable.Key, variable.Value!)), ("LOG_LEVEL", "warning"), ("API_PORT", "18082")]);
        using var client = await api.ConnectAsync(new Uri("http://127.0.0.1:18082"));

        var added = new List<double>();
        var processorTime = TimeSpan.Zero;
        for (var round = -WarmUpRounds; round < Rounds; round++)
        {
            processorTime = round == 0 ? api.ProcessorTime : processorTime;
            var started = Stopwatch.GetTimestamp();
            using var response = await client.GenerateAsync(new { character_description = "A robot", num_images = 4, include_base64 = round % 2 == 0 });
            await response.Content.ReadAsByteArrayAsync();
            Assert.That(response.IsSuccessStatusCode, Is.True, api.Log);
            if (round >= 0)
            {
                added.Add((Stopwatch.GetElapsedTime(started) - s_modelTime).TotalMilliseconds);
            }
        }

        var processorMs = (api.ProcessorTime - processorTime).TotalMilliseconds / Rounds;
        added.Sort();
        TestContext.Progress.WriteLine(string.Create(
            null,
            $"four images of {TestImages.NoisePng.Length} bytes, model {s_modelTime.TotalSeconds} s, {Rounds} rounds, half with base64: added " +
            $"ms min {added[0]:0}, median {added[Rounds / 2]:0}, max {added[^1]:0}; processor time of the service {processorMs:0} ms each"));
    }
}
