using CharacterRefs.Application.Generations.Run;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CharacterRefs.Api.Operation;

/// <summary>Unhealthy from the signal that stops the service, so that it gets no new requests.</summary>
internal sealed class StopHealth(ServiceStop stop) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(stop.HasBegun ? HealthCheckResult.Unhealthy("The service is stopping.") : HealthCheckResult.Healthy());
}
