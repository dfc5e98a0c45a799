using CharacterRefs.Application.Configuration;

namespace CharacterRefs.Api.Telemetry;

/// <summary>
/// Where spans and metrics are sent. The names are those of OpenTelemetry, whose SDK reads the same configuration; they are declared here to be validated and
/// reported like all others.
/// </summary>
internal sealed record TelemetryOptions
{
    private static readonly Dictionary<string, string> s_protocols = Same("grpc", "http/protobuf");

    private static readonly Dictionary<string, string> s_samplers = Same(
        "always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio");

    /// <summary><c>OTEL_EXPORTER_OTLP_ENDPOINT</c>: base URL of the collector; <c>null</c> = nothing is sent.</summary>
    public required Uri? Endpoint { get; init; }

    /// <summary><c>OTEL_SERVICE_NAME</c>: the name of the service in the backend; default <c>characterrefs</c>.</summary>
    public required string ServiceName { get; init; }

    /// <summary>Declares and reads the variables.</summary>
    public static TelemetryOptions Read(Settings settings)
    {
        var options = new TelemetryOptions
        {
            Endpoint = settings.OptionalHttpUrl("OTEL_EXPORTER_OTLP_ENDPOINT"),
            ServiceName = settings.Text("OTEL_SERVICE_NAME", "characterrefs")!,
        };
        settings.Choice("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", s_protocols);
        settings.Secret("OTEL_EXPORTER_OTLP_HEADERS", "comma-separated name=value", IsPairs);
        settings.Text("OTEL_RESOURCE_ATTRIBUTES", null, "comma-separated name=value", value => IsPairs(value) ? value : null);
        settings.Choice("OTEL_TRACES_SAMPLER", "parentbased_always_on", s_samplers);
        settings.Text("OTEL_TRACES_SAMPLER_ARG", null, "a number from 0 to 1", value => IsShare(value) ? value : null);
        settings.WholeNumber("OTEL_METRIC_EXPORT_INTERVAL", 60_000, 1_000, 3_600_000, "milliseconds");
        return options;
    }

    private static Dictionary<string, string> Same(params string[] values) => values.ToDictionary(value => value);

    private static bool IsPairs(string value) => value.Split(',').All(pair => pair.IndexOf('=') > 0);

    private static bool IsShare(string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share <= 1;
}
