using CharacterRefs.Infrastructure.Storage.S3.Connection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CharacterRefs.Infrastructure.Storage;

/// <summary>
/// Health of the store, without a request to it. Unhealthy, so that the service is not ready, until the bucket has passed its probe once; degraded when it
/// is not reachable later, because local copies are served then.
/// </summary>
/// <param name="check">The probe of the bucket; <c>null</c> without a bucket: the local disk has a health check of its own.</param>
/// <param name="reachability">Whether the bucket is reachable now; <c>null</c> without one.</param>
internal sealed class StorageHealth(StorageCheck? check = null, S3Reachability? reachability = null) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(check switch
        {
            { Result.IsWorking: false } => HealthCheckResult.Unhealthy($"The bucket has not passed its probe since the start. {check.Result.Message}"),
            _ when reachability is { IsReachable: false } => HealthCheckResult.Degraded(
                $"The bucket is not reachable; local copies are served. {reachability.Problem?.Message}".TrimEnd()),
            _ => HealthCheckResult.Healthy(),
        });
}
