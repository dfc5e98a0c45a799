using CharacterRefs.Application.Ports.ImageFiles;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>After a start, beside serving: removes the temporary files that killed processes left among the workspaces.</summary>
internal sealed partial class WorkspaceSweep(WorkspaceStaging staging, ILogger<WorkspaceSweep> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            var swept = staging.RemoveAbandoned();
            if (swept > 0)
            {
                LogSwept(logger, swept);
            }
        }
        catch (LocalStorageException error)
        {
            // Serving goes on; the next start sweeps again.
            LogFailed(logger, error);
        }
    }

    [LoggerMessage(170, LogLevel.Information, "Removed {Count} temporary files of workspaces whose processes are gone")]
    private static partial void LogSwept(ILogger logger, int count);

    [LoggerMessage(171, LogLevel.Warning, "The temporary files of workspaces could not be swept")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
