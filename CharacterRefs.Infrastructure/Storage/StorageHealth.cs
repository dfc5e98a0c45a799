using CharacterRefs.Infrastructure.Storage.S3.Connection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CharacterRefs.Infrastructure.Storage;

/// <summary>
/// Health of the store, without a request to it. Until the bucket has passed its probe once: unhealthy, so that the service is not ready, when presigned URLs
/// are to be returned or the bucket rejects requests; degraded when it only does not respond and files are served from the local disk. Later an unreachable
/// bucket is degraded, because local copies are served then.
/// </summary>
/// <param name="settings">Whether presigned URLs are to be returned.</param>
/// <param name="check">The probe of the bucket; <c>null</c> without a bucket: the local disk has a health check of its own.</param>
/// <param name="reachability">Whether the bucket is reachable now; <c>null</c> without one.</param>
internal sealed class StorageHealth(StorageSettings settings, StorageCheck? check = null, S3Reachability? reachability = null) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(check switch
        {
            { Result: { IsWorking: false, IsSilent: true } } when !settings.ServeFromCloud => HealthCheckResult.Degraded(
                $"The bucket has not passed its probe since the start; local files are served. {check.Result.Message}"),
            { Result.IsWorking: false } => HealthCheckResult.Unhealthy($"The bucket has not passed its probe since the start. {check.Result.Message}"),
            _ when reachability is { IsReachable: false } => HealthCheckResult.Degraded(
                $"The bucket is not reachable; local copies are served. {reachability.Problem?.Message}".TrimEnd()),
            _ => HealthCheckResult.Healthy(),
        });
}
