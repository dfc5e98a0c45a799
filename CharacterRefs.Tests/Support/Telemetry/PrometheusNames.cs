using System.Text.RegularExpressions;

namespace CharacterRefs.Tests.Support.Telemetry;

/// <summary>
/// The names that Prometheus and the collector give to OTLP metrics: dots become underscores, then unit and _total follow
/// (https://prometheus.io/docs/guides/opentelemetry, opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics).
/// </summary>
internal static partial class PrometheusNames
{
    private static readonly Dictionary<string, string> s_units = new() { ["s"] = "seconds", ["By"] = "bytes", ["ms"] = "milliseconds", ["1"] = "" };

    /// <param name="name">Name of the instrument.</param>
    /// <param name="unit">Its unit; <c>null</c> or in braces = none in the name.</param>
    /// <param name="kind">Its type, without generic parameters.</param>
    public static IEnumerable<string> Of(string name, string? unit, string kind)
    {
        var parts = Annotation().Replace(unit ?? "", "").Split('/');
        var main = s_units.GetValueOrDefault(parts[0], parts[0]);
        var suffix = string.Concat(new[] { main, parts.Length > 1 ? "per_" + (parts[1] == "s" ? "second" : parts[1]) : "" }
            .Where(part => part.Length > 0).Select(part => "_" + part));
        var full = NotAllowed().Replace(name, "_");
        full = full.EndsWith(suffix, StringComparison.Ordinal) ? full : full + suffix;
        return kind switch
        {
            "Histogram" => [full + "_bucket", full + "_count", full + "_sum"],
            "Counter" or "ObservableCounter" => [full.EndsWith("_total", StringComparison.Ordinal) ? full : full + "_total"],
            _ => [full],
        };
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Annotation();

    [GeneratedRegex("[^a-zA-Z0-9]+")]
    private static partial Regex NotAllowed();
}
