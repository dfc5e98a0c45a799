using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using CharacterRefs.Tests.Support.S3;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>Processor time of a service without requests. Run it by <c>eng/bench-generate idle</c>; it measures and asserts no time.</summary>
[Explicit("a benchmark; run it by eng/bench-generate idle")]
[Category("Benchmark")]
[NonParallelizable]
internal sealed class IdleTime
{
    private static readonly TimeSpan s_measured = TimeSpan.FromSeconds(60);

    // The framework compiles hot methods again for a while after the last work, and a method of a probe each few seconds is hot only after thirty of them.
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(120);

    [Test]
    public Task Local() => MeasureAsync("local disk", []);

    [Test]
    public async Task Bucket()
    {
        await using var bucket = await S3TestServer.CreateBucketAsync();
        await MeasureAsync("bucket", [.. BucketSettings.Of(bucket).Select(setting => (setting.Key, setting.Value!))]);
    }

    private static async Task MeasureAsync(string store, (string Name, string Value)[] settings)
    {
        await using var stub = await ReplicateStub.StartAsync();
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(
            directory.FullPath, [.. settings, .. stub.Variables.Select(variable => (variable.Key, variable.Value!)), ("IMAGE_GENERATOR", "replicate")]);
        using var client = await api.ConnectAsync();
        (await client.GenerateAsync(new { character_description = "A robot", num_images = 4 })).EnsureSuccessStatusCode();
        await Task.Delay(s_settling);

        var before = api.ProcessorTime;
        await Task.Delay(s_measured);
        var used = api.ProcessorTime - before;
        TestContext.Progress.WriteLine(string.Create(
            null,
            $"idle with {store}: {used.TotalMilliseconds:0} ms of processor time in {s_measured.TotalSeconds} s, {100 * (used / s_measured):0.00} % of a core; "
            + $"goal under 0.5 %"));
    }
}
