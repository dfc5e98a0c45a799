using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using CharacterRefs.Api.Telemetry;
using CharacterRefs.Application.Concurrency;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Replicate;
using CharacterRefs.Tests.Support.Telemetry;
using CharacterRefs.Tests.Support.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Api.Telemetry;

/// <summary>Compares the metrics that dashboard and alert rules name with those that the service publishes.</summary>
[Category("Integration")]
internal sealed partial class OperationDocumentsTests
{
    private static readonly string[] s_keywords = ["sum", "max", "by", "or", "and", "unless", "on", "without", "ignoring"];

    private static readonly ConcurrentDictionary<string, string> s_published = new();

    private static readonly ConcurrentDictionary<string, bool> s_begunWithZero = new();

    [OneTimeSetUp]
    public static async Task CollectAsync()
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                listening.EnableMeasurementEvents(instrument);
                if (TelemetryRegistration.Meters.Contains(instrument.Meter.Name))
                {
                    foreach (var name in PrometheusNames.Of(instrument.Name, instrument.Unit, instrument.GetType().Name.Split('`')[0]))
                    {
                        s_published[name] = instrument.Name;
                    }
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
        {
            if (count == 0 && !tags.IsEmpty)
            {
                s_begunWithZero[instrument.Name] = true;
            }
        });
        listener.Start();
        await using var stub = await ReplicateStub.StartAsync();
        await using var receiver = await StubReceiver.StartAsync();
        using var api = ApiFactory.With(
            stub, null, ("WEBHOOK_URLS", receiver.Url.AbsoluteUri), ("WEBHOOK_SECRET", StubReceiver.Secret), ("WEBHOOK_ALLOW_PRIVATE", "true"));
        api.Clock = null; // the fast one leaves a busy machine a third of a second for a response
        using var client = api.CreateClient();
        _ = api.Services.GetRequiredService<LeaseMeter>(); // made with the first request about a job
        (await client.GenerateAsync(new { character_description = "A robot", num_images = 1, include_base64 = false }, null)).EnsureSuccessStatusCode();
    }

    [Test]
    public void Alerts_WhenRead_AreSixAndNameOnlyMetricsThatExist()
    {
        var text = SourceTree.Read("docs/operation/alerts.yml");
        var expressions = AlertExpression().Matches(text).Select(match => match.Groups[1].Value).ToList();

        Assert.That(AlertName().Count(text), Is.EqualTo(6));
        Assert.That(expressions, Has.Count.EqualTo(6));
        Assert.That(expressions.SelectMany(MetricsOf).Except(s_published.Keys), Is.Empty);
    }

    [Test]
    public void Alerts_WhenTheyReadAnIncrease_ReadSeriesThatBeginWithZero()
    {
        var increases = IncreaseOf().Matches(SourceTree.Read("docs/operation/alerts.yml")).Select(match => match.Groups[1].Value).ToList();

        Assert.That(increases, Has.Count.EqualTo(4));
        Assert.That(increases.Select(metric => s_published[metric]).Except(s_begunWithZero.Keys), Is.Empty);
    }

    [Test]
    public void Dashboard_WhenRead_NamesOnlyMetricsThatExistAndAllOfOurs()
    {
        using var dashboard = JsonDocument.Parse(SourceTree.Read("docs/operation/dashboard.json"));
        var metrics = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .SelectMany(target => MetricsOf(target.GetProperty("expr").GetString()!))
            .ToHashSet();

        Assert.That(metrics.Except(s_published.Keys), Is.Empty);
        var ours = s_published.Values.Where(name => name.StartsWith("characterrefs.", StringComparison.Ordinal));
        Assert.That(
            ours.Except(metrics.Select(metric => s_published.GetValueOrDefault(metric, ""))),
            Is.EquivalentTo(["characterrefs.cache.evicted_files", "characterrefs.cache.evicted_bytes"]));
    }

    [TestCase("characterrefs.generation.slots", "{slot}", "Counter", "characterrefs_generation_slots_total")]
    [TestCase("characterrefs.generation.duration", "s", "Histogram", "characterrefs_generation_duration_seconds_bucket")]
    [TestCase("characterrefs.cache.evicted_bytes", "By", "Counter", "characterrefs_cache_evicted_bytes_total")]
    [TestCase("characterrefs.limiter.rate", "{request}/s", "ObservableGauge", "characterrefs_limiter_rate_per_second")]
    [TestCase("dotnet.process.memory.working_set", "By", "ObservableUpDownCounter", "dotnet_process_memory_working_set_bytes")]
    public void Names_WhenTranslated_AreThoseOfPrometheus(string name, string unit, string kind, string expected) =>
        Assert.That(PrometheusNames.Of(name, unit, kind).First(), Is.EqualTo(expected));

    /// <summary>Every name of an expression that is neither a label, a function nor a keyword.</summary>
    private static IEnumerable<string> MetricsOf(string expression) =>
        Name().Matches(NotMetrics().Replace(expression, " ")).Select(match => match.Value).Except(s_keywords);

    [GeneratedRegex(@"^ *- alert: \w+$", RegexOptions.Multiline)]
    private static partial Regex AlertName();

    [GeneratedRegex(@"^ *expr: (?:>-\s*)?(.+)$", RegexOptions.Multiline)]
    private static partial Regex AlertExpression();

    [GeneratedRegex(@"\b(?:increase|rate)\((\w+)")]
    private static partial Regex IncreaseOf();

    // Selectors, ranges, lists of labels, and functions.
    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|\b(?:by|without|on|ignoring) *\([^)]*\)|\b\w+ *(?=\()")]
    private static partial Regex NotMetrics();

    [GeneratedRegex(@"\b[a-zA-Z_]\w*")]
    private static partial Regex Name();
}
