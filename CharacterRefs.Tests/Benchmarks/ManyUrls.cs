using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using CharacterRefs.Application.References.PresignReference;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Catalog.Rows;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>
/// 1000 presigned URLs in one request, from a catalog of 10000 images, half of them generated. The service is a process of its own; its time is the one
/// that the framework measures and logs per request, from the first byte of the head to the last of the response. Run it by <c>eng/bench-storage</c>; it
/// measures and asserts no time.
/// </summary>
[Explicit("a benchmark; run it by eng/bench-storage urls")]
[Category("Benchmark")]
[NonParallelizable]
internal sealed partial class ManyUrls
{
    private const int Rows = 10_000;
    private const int SlotsEach = 4;
    private const int WarmUpRounds = 400; // fewer, and the JIT is not done
    private const int Rounds = 100;
    private static readonly Uri s_address = new("http://127.0.0.1:18082");

    [Test]
    public async Task Urls()
    {
        await using var bucket = await S3TestServer.CreateBucketAsync();
        using var root = new TempDirectory();
        using var working = new TempDirectory();
        var ids = await FillCatalogAsync(root);
        using var api = ApiProcess.Start(
            working.FullPath,
            [
                .. BucketSettings.Of(bucket).Select(setting => (setting.Key, setting.Value!)),
                ("DATA_ROOT", root.FullPath), ("API_PORT", s_address.Port.ToString(CultureInfo.InvariantCulture)), ("LOG_LEVEL", "information"),
                ("Logging__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics", "Information"),
            ]);
        using var client = await api.ConnectAsync(s_address);

        var ours = new List<double>();
        var round = new List<double>();
        for (var i = -WarmUpRounds; i < Rounds; i++)
        {
            using var body = JsonContent.Create(new { image_ids = Random.Shared.GetItems(ids, PresignReferencesQuery.MaxIds) });
            await body.LoadIntoBufferAsync();
            var started = Stopwatch.GetTimestamp();
            using var response = await client.PostAsync("/api/mv/character_references/urls", body);
            var bytes = await response.Content.ReadAsByteArrayAsync();
            var time = Stopwatch.GetElapsedTime(started);
            Assert.That(JsonDocument.Parse(bytes).RootElement.GetProperty("items").EnumerateArray()
                .All(item => item.GetProperty("url").GetString() is not null), Is.True);
            if (i >= 0)
            {
                round.Add(time.TotalMilliseconds);
            }
        }

        await api.StopAsync();
        ours.AddRange(api.Output.Select(line => Finished().Match(line)).Where(match => match.Success).TakeLast(Rounds)
            .Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)));
        Assert.That(ours, Has.Count.EqualTo(Rounds), api.Log);
        TestContext.Progress.WriteLine(string.Create(
            null,
            $"{PresignReferencesQuery.MaxIds} URLs from {Rows} images, {Rounds} requests: in the server ms min {ours.Min():0.0}, median " +
            $"{Medians.Of(ours):0.0}, max {ours.Max():0.0}; at the client median {Medians.Of(round):0.0}"));
    }

    private static async Task<string[]> FillCatalogAsync(TempDirectory root)
    {
        await using var catalog = await TestCatalog.OpenAsync(root);
        var uploaded = Enumerable.Range(0, Rows / 2).Select(_ => AReference.Uploaded()).ToList();
        var generations = Enumerable.Range(0, Rows / 2 / SlotsEach).Select(_ => AGeneration.Of(SlotsEach)).ToList();
        await using var context = await catalog.Contexts.CreateDbContextAsync();
        context.References.AddRange(uploaded.Select(Row));
        foreach (var generation in generations)
        {
            var row = CatalogRows.ToRow(generation);
            context.Generations.Add(row);
            context.References.AddRange(generation.Slots.Zip(row.Slots, (slot, slotRow) => Row(AReference.Generated(generation, slot), slotRow)));
        }

        await context.SaveChangesAsync();
        var ids = context.References.Select(row => row.Id).ToList();
        var files = Directory.CreateDirectory(Path.Join(root.FullPath, "character_reference")).FullName;
        foreach (var id in ids)
        {
            await File.WriteAllBytesAsync(Path.Join(files, $"{id}.png"), [1]);
        }

        return [.. ids.Select(id => id.ToString())];
    }

    private static ReferenceRow Row(CharacterReference reference) => Row(reference, null);

    private static ReferenceRow Row(CharacterReference reference, GenerationSlotRow? slot)
    {
        var row = CatalogRows.ToRow(AReference.Persisted(reference));
        row.Slot = slot;
        return row;
    }

    [GeneratedRegex(@"Request finished .*/character_references/urls.* ([\d.]+)ms")]
    private static partial Regex Finished();
}
