using System.Diagnostics;
using System.Net.Http.Json;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>
/// What the service adds to the model's own time; with <c>BASELINE_API</c>, the directory of an earlier build, alternating with that one. Run it by
/// <c>eng/bench-generate</c>; it measures and asserts no time.
/// </summary>
[Explicit("a benchmark; run it by eng/bench-generate")]
[Category("Benchmark")]
[NonParallelizable]
internal sealed class GenerationOverhead
{
    private static readonly TimeSpan s_modelTime = TimeSpan.FromSeconds(1);
    private const int WarmUpRounds = 60;
    private const int Rounds = 30;

    [Test]
    public async Task FourImages()
    {
        await using var stub = await ReplicateStub.StartAsync();
        stub.ImageOf = _ => TestImages.NoisePng;
        stub.ByDefault(p => p.WaitsForModel(s_modelTime));
        using var ours = await Side.StartAsync("this build", Path.GetDirectoryName(ApiProcess.Program)!, hasThumbs: true, stub);
        using var theirs = Environment.GetEnvironmentVariable("BASELINE_API") is { Length: > 0 } baseline
            ? await Side.StartAsync("the baseline", baseline, hasThumbs: false, stub)
            : null;

        Side[] sides = theirs is null ? [ours] : [ours, theirs];
        for (var round = -WarmUpRounds; round < Rounds; round++)
        {
            foreach (var side in round % 2 == 0 ? sides : [.. sides.Reverse()])
            {
                await side.RunAsync(isMeasured: round >= 0, withBase64: round % 4 is 0 or 1);
                await side.RenderThumbsAsync();
            }
        }

        foreach (var side in sides)
        {
            TestContext.Progress.WriteLine(side.Report());
        }

        if (theirs is not null)
        {
            TestContext.Progress.WriteLine(string.Create(
                null, $"ratio of the medians of added ms, this build / the baseline: {Medians.Of(ours.Added) / Medians.Of(theirs.Added):0.00}; goal 0.75"));
        }
    }

    /// <summary>One of the builds that are compared.</summary>
    private sealed class Side(string name, bool hasThumbs, TempDirectory directory, ApiProcess api, HttpClient client) : IDisposable
    {
        private readonly byte[] _buffer = new byte[64 * 1024];
        private TimeSpan _processorTime;

        public List<double> Added { get; } = [];

        public static async Task<Side> StartAsync(string name, string build, bool hasThumbs, ReplicateStub stub)
        {
            var directory = new TempDirectory();
            var api = ApiProcess.StartOf(
                build,
                directory.FullPath,
                [.. stub.Variables.Select(variable => (variable.Key, variable.Value!))]);
            return new Side(name, hasThumbs, directory, api, await api.ConnectAsync());
        }

        public async Task RunAsync(bool isMeasured, bool withBase64)
        {
            // What the client itself allocates and collects would count as time of the service.
            GC.Collect();
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/mv/generate_character_reference")
            {
                Content = JsonContent.Create(new { character_description = "A robot", num_images = 4, include_base64 = withBase64 }),
            };
            var before = api.ProcessorTime;
            var started = Stopwatch.GetTimestamp();
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using (var body = await response.Content.ReadAsStreamAsync())
            {
                while (await body.ReadAsync(_buffer) > 0)
                {
                }
            }

            var took = Stopwatch.GetElapsedTime(started);
            Assert.That(response.IsSuccessStatusCode, Is.True, api.Log);
            if (isMeasured)
            {
                Added.Add((took - s_modelTime).TotalMilliseconds);
                _processorTime += api.ProcessorTime - before;
            }
        }

        /// <summary>Waits for the thumbs of this build, if it has any: rendered later, they would take time from the other build's round.</summary>
        public Task RenderThumbsAsync()
        {
            var references = Path.Join(directory.FullPath, "mv", "outputs", "character_reference");
            var thumbs = Path.Join(directory.FullPath, "mv", "outputs", "derivatives");
            return Condition.UntilAsync(() => !hasThumbs || (Directory.Exists(thumbs)
                && Directory.GetFiles(references).Length <= Directory.GetFiles(thumbs, "*.sha256", SearchOption.AllDirectories).Length));
        }

        public string Report() => string.Create(
            null,
            $"{name}: four images of {TestImages.NoisePng.Length} bytes, model {s_modelTime.TotalSeconds} s, {Rounds} rounds, half with base64: added " +
            $"ms min {Added.Min():0}, median {Medians.Of(Added):0}, max {Added.Max():0}; processor time {_processorTime.TotalMilliseconds / Rounds:0} ms each");

        public void Dispose()
        {
            client.Dispose();
            api.Dispose();
            directory.Dispose();
        }
    }
}
