using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>Applies the migrations, and between them what SQL cannot do alone.</summary>
internal static class CatalogSchema
{
    /// <param name="context">Of either engine. Nobody else migrates it.</param>
    /// <param name="pending">The migrations that it lacks, at least one.</param>
    /// <param name="logger">Hears how far long steps are.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public static async Task MigrateAsync(CatalogDbContext context, IReadOnlyCollection<string> pending, ILogger logger, CancellationToken cancellationToken)
    {
        if (pending.Any(migration => migration.EndsWith("_IndexSearch", StringComparison.Ordinal)))
        {
            await context.GetService<IMigrator>().MigrateAsync("AddSearchKey", cancellationToken);
            await SearchKeyFill.RunAsync(context, logger, cancellationToken);
        }

        await context.Database.MigrateAsync(cancellationToken);
    }
}
