using CharacterRefs.Api.Configuration;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.References.Adoption;
using Microsoft.Extensions.Logging.Console;

namespace CharacterRefs.Api.Operation;

/// <summary>Registers what an import needs in place of what speaks HTTP.</summary>
internal static class ImportRegistration
{
    public static void AddImport(this HostApplicationBuilder builder, Settings settings)
    {
        // Also read for the names that .env may hold.
        var options = ApiOptions.Read(settings);
        builder.Services.AddSingleton<ImportReferencesHandler>();
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);

        // Standard output is for the progress.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(options.LogLevel);
    }
}
