using CharacterRefs.Application.Ports.ImageFiles;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>Whether <c>JOBS_ROOT</c> takes a file, by writing one and dropping it.</summary>
internal sealed class JobsRootHealth(WorkspaceStaging staging) : IHealthCheck
{
    private static readonly byte[] s_probe = new byte[4096];

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var staged = await staging.StageAsync(new MemoryStream(s_probe), s_probe.Length, "JOBS_ROOT does not take files", cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (LocalStorageException error)
        {
            return HealthCheckResult.Unhealthy(error.Message, error);
        }
    }
}
