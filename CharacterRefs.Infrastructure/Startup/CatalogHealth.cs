using CharacterRefs.Infrastructure.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>Whether the catalog responds and its schema is up to date.</summary>
internal sealed class CatalogHealth(CatalogDatabase catalog) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return (await catalog.ReadAsync(database => database.Database.GetPendingMigrationsAsync(cancellationToken), cancellationToken)).Any()
                ? HealthCheckResult.Unhealthy("The catalog's schema is not up to date.")
                : HealthCheckResult.Healthy();
        }
        catch (LocalStorageException error)
        {
            return HealthCheckResult.Unhealthy(error.Message); // an exception would be logged with its trace at each probe
        }
    }
}
