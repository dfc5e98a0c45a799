using CharacterRefs.Api.Telemetry;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Api.Telemetry;

[Category("Unit")]
internal sealed class TelemetryRegistrationTests
{
    [TestCase("", false)]
    [TestCase("http://127.0.0.1:4318", true)]
    public void AddTelemetry_WhenNoEndpointIsSet_RegistersNothing(string endpoint, bool isRegistered)
    {
        var services = new ServiceCollection();

        services.AddTelemetry(TestSettings.Of(("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), ("OTEL_SERVICE_NAME", "test")));

        Assert.That(services.Count > 0, Is.EqualTo(isRegistered));
    }

    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317")]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:password@localhost:4317")]
    [TestCase("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [TestCase("OTEL_EXPORTER_OTLP_HEADERS", "Bearer token")]
    [TestCase("OTEL_RESOURCE_ATTRIBUTES", "production")]
    [TestCase("OTEL_TRACES_SAMPLER", "sometimes")]
    [TestCase("OTEL_TRACES_SAMPLER_ARG", "1.5")]
    [TestCase("OTEL_METRIC_EXPORT_INTERVAL", "10")]
    public void AddTelemetry_WhenAVariableIsInvalid_NamesIt(string name, string value)
    {
        var settings = TestSettings.Of((name, value));

        new ServiceCollection().AddTelemetry(settings);

        Assert.That(settings.ThrowIfInvalid, Throws.Exception.Message.Contains(name).And.Message.Not.Contains("password").And.Message.Not.Contains("token"));
    }
}
