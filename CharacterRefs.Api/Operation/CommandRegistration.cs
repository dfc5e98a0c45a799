using CharacterRefs.Api.Configuration;
using CharacterRefs.Api.Telemetry;
using CharacterRefs.Application.Configuration;
using Microsoft.Extensions.Logging.Console;

namespace CharacterRefs.Api.Operation;

/// <summary>Registers what every command needs that runs to its end, instead of the HTTP API.</summary>
internal static class CommandRegistration
{
    public static void AddCommand(this HostApplicationBuilder builder, Settings settings)
    {
        // Also declares the names that .env can contain.
        var options = ApiOptions.Read(settings);
        TelemetryOptions.Read(settings);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);

        // Standard output is for progress.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddLog(options);
    }
}
