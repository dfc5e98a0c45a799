using System.Diagnostics;
using System.Globalization;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Benchmarks;

/// <summary>What calls of the catalog take with few and with many images. Run it by <c>eng/bench-catalog</c>; it measures and asserts no time.</summary>
[Explicit("a benchmark; run it by eng/bench-catalog")]
[Category("Benchmark")]
[NonParallelizable]
internal sealed class LargeCatalog
{
    private const int Rounds = 41;
    private const int Starts = 5;
    private const int PageLength = 20;

    private static readonly ReferenceFilter s_everything = new(null, null);

    [Test]
    public async Task Measure()
    {
        var sizes = (Environment.GetEnvironmentVariable("SIZES") ?? "10000,100000,1000000").Split(',')
            .Select(size => int.Parse(size, CultureInfo.InvariantCulture)).ToList();
        var kinds = Environment.GetEnvironmentVariable("POSTGRES_TEST_URL") is null ? [CatalogKind.Sqlite] : Enum.GetValues<CatalogKind>();
        var results = new Dictionary<(CatalogKind Kind, int Size), OrderedDictionary<string, double>>();
        foreach (var kind in kinds)
        {
            foreach (var size in sizes)
            {
                results[(kind, size)] = await MeasureAsync(kind, size);
            }
        }

        foreach (var call in results.Values.First().Keys)
        {
            foreach (var kind in kinds)
            {
                var medians = sizes.Select(size => results[(kind, size)][call]).ToList();
                var ratio = kind is CatalogKind.Postgres ? $", to SQLite {medians[^1] / results[(CatalogKind.Sqlite, sizes[^1])][call]:F2}" : "";
                var columns = string.Join("  ", medians.Select(median => $"{median,8:F2}"));
                await TestContext.Out.WriteLineAsync($"catalog {call,-14} {kind,-8} ms {columns}   last / first {medians[^1] / medians[0]:F2}{ratio}");
            }
        }
    }

    private static async Task<OrderedDictionary<string, double>> MeasureAsync(CatalogKind kind, int size)
    {
        await using var catalog = await TestCatalog.OpenAsync(kind);
        var filling = Stopwatch.StartNew();
        await FilledCatalog.FillAsync(catalog, kind, size);
        await TestContext.Progress.WriteLineAsync($"catalog filled with {size} images in {kind} in {filling.Elapsed.TotalSeconds:F0} s");
        Assert.That(JobId.TryParse(FilledCatalog.Job, out var job), Is.True);
        var middle = new ReferenceCursor(1_790_000_000_000_000 - (size / 2 * 1_000_000L), long.MaxValue);
        Task List(ReferenceFilter filter, ReferenceCursor? after = null) => catalog.References.ListAsync(filter, after, PageLength, CancellationToken.None);
        return new OrderedDictionary<string, double>
        {
            ["list"] = await TimeAsync(Rounds, () => List(s_everything)),
            ["deep page"] = await TimeAsync(Rounds, () => List(s_everything, middle)),
            ["frequent word"] = await TimeAsync(Rounds, () => List(s_everything with { Query = FilledCatalog.FrequentWord })),
            ["rare word"] = await TimeAsync(Rounds, () => List(s_everything with { Query = FilledCatalog.RareWord })),
            ["no hit"] = await TimeAsync(Rounds, () => List(s_everything with { Query = FilledCatalog.NoWord })),
            ["two letters"] = await TimeAsync(Rounds, () => List(s_everything with { Query = "zx" })),
            ["origin"] = await TimeAsync(Rounds, () => List(s_everything with { Origin = ReferenceOrigin.Adopted })),
            ["favorites"] = await TimeAsync(Rounds, () => List(s_everything with { Favorite = true })),
            ["tag"] = await TimeAsync(Rounds, () => List(s_everything with { Tag = "hero" })),
            ["job"] = await TimeAsync(Rounds, () => List(s_everything with { JobId = job })),
            ["record"] = await TimeAsync(Rounds, () => RecordAsync(catalog)),
            ["start-up"] = await TimeAsync(Starts, async () => await (await catalog.OpenAnotherAsync()).DisposeAsync()),
        };
    }

    private static async Task RecordAsync(TestCatalog catalog)
    {
        var generation = AGeneration.Of(1);
        var slot = generation.Slots[0];
        await catalog.Ledger.BeginAsync(generation, null, null, CancellationToken.None);
        await catalog.Ledger.CompleteAsync(
            generation, slot.Succeed(AReference.Time), AReference.Generated(generation, slot), CancellationToken.None);
    }

    private static async Task<double> TimeAsync(int rounds, Func<Task> call)
    {
        var times = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await call();
            if (round > 0) // the first compiles
            {
                times.Add(watch.Elapsed.TotalMilliseconds);
            }
        }

        return Medians.Of(times);
    }
}
