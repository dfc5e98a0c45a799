using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CharacterRefs.Tests.Pages;
using CharacterRefs.Tests.Support;
using Microsoft.Data.Sqlite;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>
/// The grid of the page with 100,000 images, from its first to its last, and what a screen of it costs compared with 1,000 images. Run it by
/// <c>eng/bench-page</c>; it needs Chromium.
/// </summary>
[Explicit("a benchmark; run it by eng/bench-page")]
[Category("Benchmark")]
[NonParallelizable]
internal sealed class ManyImages
{
    private const int PerGeneration = 4;
    private const int FirstKey = 1000;
    private const int FewImages = 1000;
    private const int WheelTurns = 120;
    private const int Jumps = 60;
    private const int Screens = 40;
    private const int FramesPerScreen = 8;

    // Processor time of the main thread, so neither the speed of the graphics nor other work on the machine counts.
    private static readonly string[] s_parts = ["ScriptDuration", "RecalcStyleDuration", "LayoutDuration", "TaskDuration"];

    private static readonly int s_images = int.Parse(Environment.GetEnvironmentVariable("IMAGES") ?? "100000", CultureInfo.InvariantCulture);

    [Test]
    public async Task Grid()
    {
        var few = await WalkAsync(FewImages);
        var many = await WalkAsync(s_images);
        TestContext.Progress.WriteLine(
            $"page: a screen with {s_images} images, compared with {FewImages}: "
            + string.Join(", ", s_parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part} {many[part] / few[part]:0.00}"))));
    }

    /// <summary>Walks through a grid of so many images.</summary>
    /// <returns>What one screen costs while it is scrolled through, in ms of processor time, by part.</returns>
    private static async Task<Dictionary<string, double>> WalkAsync(int images)
    {
        using var directory = new TempDirectory();
        (string, string)[] settings = [("IMAGE_GENERATOR", "placeholder"), ("LOG_LEVEL", "warning"), ("API_PORT", "18084")];
        var address = new Uri("http://127.0.0.1:18084");
        using (var first = ApiProcess.Start(directory.FullPath, settings))
        {
            using var client = await first.ConnectAsync(address);
            (await client.GenerateAsync(new { character_description = "A silver robot with a red shield", num_images = 1, seed = 1, include_base64 = false }))
                .EnsureSuccessStatusCode();
            var outputs = Path.Join(directory.FullPath, "mv", "outputs");
            var thumb = await client.GetByteArrayAsync(await ThumbAsync(client));
            await first.StopAsync();
            await FillAsync(outputs, thumb, images);
        }

        using var api = ApiProcess.Start(directory.FullPath, settings);
        using var ready = await api.ConnectAsync(address);
        var before = api.Usage.Memory;
        await using var context = await (await PageBrowser.GetAsync()).NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 800 } });
        context.SetDefaultTimeout((float)PageBrowser.Timeout.TotalMilliseconds);
        var page = await context.NewPageAsync();
        var devTools = await context.NewCDPSessionAsync(page);
        await devTools.SendAsync("Performance.enable", new() { ["timeDomain"] = "threadTicks" }); // of the processor, not of the clock
        var busy = 0.0;
        await page.AddInitScriptAsync(Probe);
        var started = Stopwatch.GetTimestamp();
        await page.GotoAsync(new Uri(address, "/ui/#/images").ToString());
        await page.Locator(".tile img").First.WaitForAsync();
        await ReportAsync($"first images after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");

        started = Stopwatch.GetTimestamp();
        await page.EvaluateAsync(
            """
            async () => {
              while (!document.querySelector('.foot')?.textContent.includes('that is all')) {
                scrollTo(0, document.documentElement.scrollHeight);
                await new Promise(requestAnimationFrame);
              }
            }
            """);
        await ReportAsync($"{images} images loaded page by page in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");

        await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight / 2)");
        await ReportAsync("a jump to the middle");
        var start = await MetricsAsync();
        await page.EvaluateAsync(
            """
            async ([screens, frames]) => {
              for (let i = 0; i < screens * frames; i++) {
                scrollBy(0, (i < screens * frames / 2 ? 1 : -1) * innerHeight / frames);
                await new Promise(requestAnimationFrame);
              }
            }
            """,
            new[] { Screens, FramesPerScreen });
        var end = await MetricsAsync();
        var screen = s_parts.ToDictionary(part => part, part => (end[part] - start[part]) * 1000 / Screens);
        await ReportAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{Screens} screens, each in {FramesPerScreen} frames: {string.Join(", ", screen.Select(part => $"{part.Key} {part.Value:0.0}"))} ms a screen"));
        await page.Mouse.MoveAsync(600, 400);
        for (var i = 0; i < WheelTurns; i++)
        {
            await page.Mouse.WheelAsync(0, 300);
        }

        await ReportAsync($"{WheelTurns} turns of the wheel");
        await page.EvaluateAsync(
            """
            async (jumps) => {
              const most = document.documentElement.scrollHeight;
              for (let i = 0; i < jumps; i++) {
                scrollTo(0, most * ((i * 0.618) % 1));
                await new Promise(requestAnimationFrame);
              }
            }
            """,
            Jumps);
        await ReportAsync($"{Jumps} jumps of the scroll bar");
        await page.Locator(".tile").First.FocusAsync();
        await ReportAsync("focus");
        foreach (var key in new[] { "Home", "End", "ArrowUp", "Delete", "u", "Control+a" })
        {
            await page.Keyboard.PressAsync(key);
            await ReportAsync($"key {key}");
        }

        TestContext.Progress.WriteLine(
            $"page: memory of the service {before >> 20} MB at the start, {api.Usage.Memory >> 20} MB now, {api.PeakMemory >> 20} MB at its peak");
        return screen;

        async Task ReportAsync(string what)
        {
            var probe = await page.EvaluateAsync<JsonElement>("async () => await takeProbe()");
            var spent = (await MetricsAsync())["TaskDuration"] - busy;
            await devTools.SendAsync("HeapProfiler.collectGarbage");
            var metrics = await MetricsAsync();
            TestContext.Progress.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"page: {what}: {probe.GetProperty("elements")} elements, {probe.GetProperty("tiles")} tiles, heap {metrics["JSHeapUsedSize"] / 1e6:0.0} MB; "
                + $"{spent * 1000 / probe.GetProperty("frames").GetInt32():0.0} ms of processor time a frame, "
                + $"{probe.GetProperty("frames")} frames of {probe.GetProperty("frame")} ms in the median, {probe.GetProperty("frame99")} at 99 %; "
                + $"{probe.GetProperty("longTasks")} long tasks, the longest {probe.GetProperty("longest")} ms; "
                + $"a page of the list {probe.GetProperty("list")} ms, {probe.GetProperty("list99")} at 99 %"));
            busy = metrics["TaskDuration"];
        }

        async Task<Dictionary<string, double>> MetricsAsync() =>
            (await devTools.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray()
                .ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble());
    }

    /// <summary>What happens in the page since it was taken last.</summary>
    private const string Probe =
        """
        performance.setResourceTimingBufferSize(0); // observers get them all; kept, they would be work for the garbage collector at each frame
        let frames = [], tasks = [], lists = [], last = 0;
        const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type });
        watch('longtask', (entry) => tasks.push(entry.duration));
        watch('resource', (entry) => entry.name.includes('/character_references?') && lists.push(entry.duration));
        const frame = (now) => { frames.push(now - last); last = now; requestAnimationFrame(frame); };
        requestAnimationFrame(frame);
        globalThis.takeProbe = async () => {
          // Two frames, so that what was requested is on the screen.
          for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
          const at = (list, share) => list.length ? Math.round(list.toSorted((a, b) => a - b)[Math.floor((list.length - 1) * share)]) : 0;
          const taken = {
            elements: document.querySelectorAll('*').length, tiles: document.querySelectorAll('.tile').length,
            frames: frames.length, frame: at(frames, 0.5), frame99: at(frames, 0.99), longTasks: tasks.length, longest: at(tasks, 1),
            list: at(lists, 0.5), list99: at(lists, 0.99),
          };
          [frames, tasks, lists] = [[], [], []];
          return taken;
        };
        """;

    private static string Id(string group, string number) => $"upper(printf('0000000{group}-0000-7000-8000-%012x', {number}))";

    /// <summary>Adds copies of the first row of a table; in the values, <c>i</c> counts from 0.</summary>
    private static async Task CopyAsync(SqliteConnection connection, string table, int count, params (string Column, string Value)[] values)
    {
        await using var copy = connection.CreateCommand();
        copy.CommandText = $"SELECT group_concat(name) FROM pragma_table_info('{table}')";
        var columns = ((string)(await copy.ExecuteScalarAsync())!).Split(',');
        var others = values.ToDictionary(value => value.Column, value => value.Value);
        copy.CommandText =
            $"""
            WITH RECURSIVE numbers(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < {count})
            INSERT INTO "{table}" ({string.Join(", ", columns.Select(column => $"\"{column}\""))})
            SELECT {string.Join(", ", columns.Select(column => others.GetValueOrDefault(column, $"\"{column}\"")))}
            FROM numbers, (SELECT * FROM "{table}" LIMIT 1)
            """;
        Assert.That(await copy.ExecuteNonQueryAsync(), Is.EqualTo(count));
    }

    private static async Task<string> ThumbAsync(HttpClient client) =>
        (await (await client.GetAsync("/api/mv/character_references")).JsonAsync())
            .GetProperty("items")[0].GetProperty("derivatives").GetProperty("thumb").GetString()!;

    /// <summary>Rows and thumbs only: the grid requests nothing else.</summary>
    private static async Task FillAsync(string outputs, byte[] thumb, int images)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Join(outputs, "catalog.db")};Pooling=False");
        await connection.OpenAsync();
        await CopyAsync(connection, "generations", images / PerGeneration, ("Id", Id("a", "i")), ("Description", "'Character ' || i"),
            ("DescriptionFolded", "'character ' || i"), ("CreatedAt", "CreatedAt - 4000000 * (i + 1)"), ("IdempotencyKey", "NULL"));
        await CopyAsync(connection, "generation_slots", images, ("Key", $"{FirstKey} + i"), ("GenerationId", Id("a", $"i / {PerGeneration}")),
            ("Index", $"i % {PerGeneration}"), ("ImageId", Id("b", "i")), ("Seed", "i"));
        await CopyAsync(connection, "references", images, ("Sequence", $"{FirstKey} + i"), ("Id", Id("b", "i")), ("SlotKey", $"{FirstKey} + i"),
            ("CreatedAt", $"CreatedAt - 4000000 * (i / {PerGeneration} + 1) - i % {PerGeneration}"), ("Sha256", "printf('%064x', i)"));
        await using var list = connection.CreateCommand();
        list.CommandText = """SELECT lower("Id") FROM "references" """;
        await using var ids = await list.ExecuteReaderAsync();
        while (await ids.ReadAsync())
        {
            var folder = Directory.CreateDirectory(Path.Join(outputs, "derivatives", ids.GetString(0)));
            await File.WriteAllBytesAsync(Path.Join(folder.FullName, "thumb.webp"), thumb);
        }
    }
}
