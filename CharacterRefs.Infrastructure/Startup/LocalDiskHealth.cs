using CharacterRefs.Application.Ports.ImageFiles;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>Whether the local disk is writable, by writing and removing a file.</summary>
internal sealed class LocalDiskHealth(IReferenceFiles files) : IHealthCheck
{
    private static readonly byte[] s_probe = new byte[4096];

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var staged = await files.StageAsync(new MemoryStream(s_probe), s_probe.Length, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (LocalStorageException error)
        {
            return HealthCheckResult.Unhealthy(error.Message, error);
        }
    }
}
