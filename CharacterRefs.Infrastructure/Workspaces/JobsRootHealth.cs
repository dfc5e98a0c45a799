using CharacterRefs.Application.Ports.ImageFiles;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>Checks that <c>JOBS_ROOT</c> is writable by writing a temporary file.</summary>
internal sealed class JobsRootHealth(WorkspaceStaging staging) : IHealthCheck
{
    private static readonly byte[] s_probe = new byte[4096];

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var staged = await staging.StageAsync(new MemoryStream(s_probe), s_probe.Length, "JOBS_ROOT is not writable", cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (LocalStorageException error)
        {
            return HealthCheckResult.Unhealthy(error.Message, error);
        }
    }
}
