using System.Diagnostics;
using CharacterRefs.Tests.Support.Replicate;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>
/// How long images take when Replicate limits the rate of creates, against the time a token bucket itself needs. Run it by <c>eng/bench-generate limit</c>.
/// </summary>
[Explicit("a benchmark; run it by eng/bench-generate limit")]
[Category("Benchmark")]
[NonParallelizable]
internal sealed class RateLimitedImages
{
    private const int Images = 32;

    [TestCase(10, 20, 1.5, 6)]
    [TestCase(10, 1, 1.5, 8)]
    public async Task OverHttp(double rate, int burst, double goal, double gate)
    {
        foreach (var isPrecise in new[] { true, false })
        {
            await using var harness = await StartAsync();
            harness.Stub.Throttle(rate, burst, isPrecise);

            Report("http", rate, burst, isPrecise, await GenerateAsync(harness), goal, $"{gate} x");
        }
    }

    [Test]
    public async Task OverHttpAfterOneLoneRejection()
    {
        await using var harness = await StartAsync();
        harness.Stub.Script(p => p.RejectsCreate(StubResponse.LimitedByBody(10)));

        var took = await GenerateAsync(harness);

        TestContext.Progress.WriteLine(string.Create(
            null, $"limit http: {Images} images after one rejection that named 10 s: {took.TotalSeconds:0.0} s, goal 15 s, gate before 293 s"));
    }

    [TestCase(0.1, 1, 1.1)]
    [TestCase(10, 20, 1.5)]
    [TestCase(10, 1, 1.5)]
    public void InVirtualTime(double rate, int burst, double goal)
    {
        foreach (var isPrecise in new[] { true, false })
        {
            using var simulation = new LimiterSimulation(rate, burst, isPrecise);
            simulation.Request(Images);
            Report("virtual", rate, burst, isPrecise, simulation.RunUntilAccepted(Images), goal, "not measured");
        }
    }

    // A factor of one: the real clock.
    private static async Task<ReplicateHarness> StartAsync()
    {
        var harness = await ReplicateHarness.StartAsync(1);
        await harness.GenerateAsync();
        return harness;
    }

    /// <summary>The time from the first request to the arrival of the last create that was accepted.</summary>
    private static async Task<TimeSpan> GenerateAsync(ReplicateHarness harness)
    {
        var plan = await harness.PlanAsync(ReplicateHarness.RequestFor(StubModels.FluxPro));
        var started = Stopwatch.GetTimestamp();
        var before = harness.Stub.Predictions.Count;
        var generating = Task.WhenAll(Enumerable.Range(0, Images).Select(seed => harness.GenerateAsync(plan, seed)));
        while (harness.Stub.Predictions.Count < before + Images && !generating.IsCompleted)
        {
            await Task.Delay(5); // not a growing pause: up to one pause is part of the measured time
        }

        var took = Stopwatch.GetElapsedTime(started);
        Assert.That((await generating).Select(image => image.Error), Is.All.Null);
        return took;
    }

    private static void Report(string kind, double rate, int burst, bool isPrecise, TimeSpan took, double goal, string gate)
    {
        var ideal = (Images - burst) / rate;
        var advice = isPrecise ? "precise" : "rounded";
        TestContext.Progress.WriteLine(string.Create(
            null,
            $"limit {kind}: {Images} images at {rate}/s burst {burst}, retry_after {advice}: ideal {ideal:0.00} s, measured {took.TotalSeconds:0.00} s, "
            + $"ratio {took.TotalSeconds / ideal:0.00}, goal {goal}, gate before {gate}"));
    }
}
