using CharacterRefs.Application.References;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>Degraded while local files are known to be damaged and were not replaced. All other images are served, so the service stays ready.</summary>
internal sealed class LocalFilesHealth(FileIntegrity integrity) : IHealthCheck
{
    private const int MostNamed = 10;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var damaged = integrity.Damaged;
        return Task.FromResult(damaged.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(
                $"{damaged.Count} local files are damaged and have no good copy: {string.Join(", ", damaged.Take(MostNamed))}"
                + (damaged.Count > MostNamed ? " and more." : ".")));
    }
}
