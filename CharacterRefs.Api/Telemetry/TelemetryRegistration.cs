using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Telemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CharacterRefs.Api.Telemetry;

/// <summary>Exports spans and metrics by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; otherwise nothing of OpenTelemetry runs.</summary>
internal static class TelemetryRegistration
{
    /// <summary>Meters that are exported: our own and those of .NET, by name, because some libraries publish private ones.</summary>
    public static readonly IReadOnlyList<string> Meters =
    [
        ServiceTelemetry.Name,
        "Microsoft.AspNetCore.Diagnostics",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.MemoryPool",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.EntityFrameworkCore",
        "Npgsql",
        "System.Net.Http",
        "System.Runtime",
    ];

    public static void AddTelemetry(this IServiceCollection services, Settings settings)
    {
        var options = TelemetryOptions.Read(settings);
        if (options.Endpoint is null)
        {
            return;
        }

        // The exporters, the sampler and the reader of metrics take the other variables from the same configuration. Not UseOtlpExporter: it sends the log too.
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(options.ServiceName, serviceVersion: typeof(TelemetryRegistration).Assembly.GetName().Version?.ToString())
                .AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing
                .AddSource(ServiceTelemetry.Name)
                .AddAspNetCoreInstrumentation(http => http.Filter = context => !context.Request.Path.StartsWithSegments("/health"))
                .AddHttpClientInstrumentation()
                .AddProcessor(new SpanRedaction()) // before the exporter, which gets the spans in this order
                .AddOtlpExporter())
            .WithMetrics(metrics => metrics
                .AddMeter([.. Meters])
                .AddOtlpExporter());
    }
}
