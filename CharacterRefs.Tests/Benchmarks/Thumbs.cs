using System.Diagnostics;
using System.Text.Json;
using CharacterRefs.Tests.Support;
using NetVips;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>What 500 thumbs of 4K images cost: rendered at a scroll through all of them, then served again. Run it by <c>eng/bench-thumbs</c>.</summary>
[Explicit("a benchmark; run it by eng/bench-thumbs")]
[Category("Benchmark")]
[NonParallelizable]
internal sealed class Thumbs
{
    private const int Images = 500;
    private const int Connections = 6; // what a browser opens to one host

    [Test]
    public async Task Scroll()
    {
        using var directory = new TempDirectory();
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"), ("LOG_LEVEL", "warning"), ("API_PORT", "18083"));
        using var client = await api.ConnectAsync(new Uri("http://127.0.0.1:18083"));
        using var photo = Picture(blur: 3);
        using var drawing = Picture(blur: 40); // as a PNG the other one is too large for an upload
        byte[][] files = [photo.JpegsaveBuffer(q: 90), photo.WebpsaveBuffer(q: 85), drawing.PngsaveBuffer(bitdepth: 8)];
        var ids = new List<string>();
        for (var i = 0; i < Images; i++)
        {
            ids.Add(await client.UploadedIdAsync(files[i % files.Length]));
        }

        await UntilRenderedAsync(client, ids[^1]);
        var peakOfIntake = api.PeakMemory;
        Directory.Delete(Path.Join(directory.FullPath, "mv", "outputs", "derivatives"), recursive: true);

        var processorTime = api.ProcessorTime;
        var rendered = await ScrollAsync(client, ids);
        processorTime = api.ProcessorTime - processorTime;
        var served = await ScrollAsync(client, ids);
        TestContext.Progress.WriteLine(
            $"{Images} thumbs of 3840 x 2160 ({string.Join(", ", files.Select(file => $"{file.Length / 1024} KB"))}), {Connections} connections: "
            + $"rendered in {rendered.TotalMilliseconds / Images:0.0} ms each ({processorTime.TotalMilliseconds / Images:0.0} ms of processor time), "
            + $"served again in {served.TotalMilliseconds / Images:0.00} ms each; peak memory of the service {api.PeakMemory >> 20} MB, "
            + $"{peakOfIntake >> 20} MB while they were uploaded");
    }

    private static Image Picture(double blur)
    {
        using var band = Image.Gaussnoise(3840, 2160, sigma: 60, mean: 128).Gaussblur(blur).Cast(Enums.BandFormat.Uchar);
        return band.Bandjoin(band.Flip(Enums.Direction.Horizontal), band.Flip(Enums.Direction.Vertical)).Copy(interpretation: Enums.Interpretation.Srgb);
    }

    private static async Task<TimeSpan> ScrollAsync(HttpClient client, List<string> ids)
    {
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (id, token) =>
            Assert.That(await client.GetByteArrayAsync($"/api/mv/character_references/{id}/derivatives/thumb.webp", token), Is.Not.Empty));
        return Stopwatch.GetElapsedTime(started);
    }

    private static Task UntilRenderedAsync(HttpClient client, string id) => Condition.UntilAsync(
        async () => (await (await client.GetAsync($"/api/mv/character_references/{id}")).JsonAsync()).GetProperty("dominant_color")
            .ValueKind is not JsonValueKind.Null);
}
