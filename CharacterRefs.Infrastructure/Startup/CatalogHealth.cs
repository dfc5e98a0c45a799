using CharacterRefs.Infrastructure.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CharacterRefs.Infrastructure.Startup;

/// <summary>Whether the catalog responds and its schema is up to date.</summary>
internal sealed class CatalogHealth(IDbContextFactory<CatalogDbContext> contexts) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var catalog = await contexts.CreateDbContextAsync(cancellationToken);
        return (await catalog.Database.GetPendingMigrationsAsync(cancellationToken)).Any()
            ? HealthCheckResult.Unhealthy("The catalog's schema is not up to date.")
            : HealthCheckResult.Healthy();
    }
}
