using CharacterRefs.Application.Generations;
using CharacterRefs.Infrastructure.Replicate;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>Says at the start when images will not come from a model.</summary>
internal sealed partial class GeneratorNotice(GeneratorChoice choice, ILogger<GeneratorNotice> logger, ReplicateOptions? options = null) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (choice.Name == "placeholder")
        {
            LogPlaceholder(logger);
        }
        else if (options?.Token is null)
        {
            LogNoToken(logger);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(110, LogLevel.Warning, "Images are placeholders drawn on this machine, not by a model; set REPLICATE_API_TOKEN to use Replicate")]
    private static partial void LogPlaceholder(ILogger logger);

    [LoggerMessage(111, LogLevel.Error, "REPLICATE_API_TOKEN is not configured: every generation will be refused")]
    private static partial void LogNoToken(ILogger logger);
}
