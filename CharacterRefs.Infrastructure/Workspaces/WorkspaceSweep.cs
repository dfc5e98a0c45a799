using CharacterRefs.Infrastructure.Hosting;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>Deletes the temporary files of killed processes after a start, in the background.</summary>
internal sealed partial class WorkspaceSweep(WorkspaceStaging staging, ILogger<WorkspaceSweep> logger) : Worker
{
    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
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
            // The service works without it; the next start sweeps again.
            LogFailed(logger, error.ToCause());
        }
    }

    [LoggerMessage(170, LogLevel.Information, "{Count} temporary files of workspaces were deleted; their processes had ended")]
    private static partial void LogSwept(ILogger logger, int count);

    [LoggerMessage(171, LogLevel.Warning, "Sweeping the temporary files of workspaces failed: {Cause}")]
    private static partial void LogFailed(ILogger logger, string cause);
}
