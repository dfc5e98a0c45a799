using CharacterRefs.Infrastructure.Storage.S3.Connection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CharacterRefs.Infrastructure.Storage;

/// <summary>
/// Whether the store can be used, from what is known already. A bucket that never worked since the start keeps the service from being ready; one that
/// worked and does not answer now does not, because local copies stand in.
/// </summary>
/// <param name="check">The try of the start; <c>null</c> without a bucket, whose place, the local disk, has a check of its own.</param>
/// <param name="reachability">Whether the bucket answers now; <c>null</c> without one.</param>
internal sealed class StorageHealth(StorageCheck? check = null, S3Reachability? reachability = null) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(check switch
        {
            { Result.IsWorking: false } => HealthCheckResult.Unhealthy($"The bucket never worked since the start. {check.Result.Words}"),
            _ when reachability is { IsReachable: false } => HealthCheckResult.Degraded(
                $"The bucket does not answer at the moment; local copies stand in. {reachability.Problem?.Message}".TrimEnd()),
            _ => HealthCheckResult.Healthy(),
        });
}
