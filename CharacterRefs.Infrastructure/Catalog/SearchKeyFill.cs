using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>Writes the keys and the rows of tags of images from before there were any. What a stopped run has written stays; the next one continues.</summary>
internal static class SearchKeyFill
{
    private const int RowsAtOnce = 1000;

    /// <summary>
    /// Runs on the schema of the migration that adds the column. So it names each column that it uses: those of later migrations are not there yet.
    /// </summary>
    /// <param name="context">Of either engine.</param>
    /// <param name="logger">Hears every few seconds how far it is.</param>
    /// <param name="cancellationToken">Stops between two rounds.</param>
    public static async Task RunAsync(CatalogDbContext context, ILogger logger, CancellationToken cancellationToken)
    {
        var total = await context.References.CountAsync(row => row.SearchKey == "", cancellationToken);
        if (total == 0)
        {
            return;
        }

        using var progress = new WorkProgress("Preparing the search in existing images", () => total, TimeProvider.System, logger);
        for (var last = long.MinValue; ;)
        {
            var rows = await context.References
                .Where(row => row.SearchKey == "" && row.Sequence > last)
                .OrderBy(row => row.Sequence)
                .Select(row => new { row.Sequence, row.CreatedAt, row.Tags, row.Note, Description = (string?)row.Slot!.Generation!.Description })
                .Take(RowsAtOnce)
                .ToListAsync(cancellationToken);
            if (rows.Count == 0)
            {
                return;
            }

            foreach (var row in rows)
            {
                var filled = new ReferenceRow { Sequence = row.Sequence, CreatedAt = row.CreatedAt, Tags = row.Tags, Origin = "", Format = "", Sha256 = "" };
                context.References.Attach(filled).Entity.SearchKey = SearchKey.Of(row.Description, row.Tags, row.Note);
                context.ReferenceTags.AddRange(CatalogRows.ToTagRows(filled));
                progress.Advance();
            }

            await context.SaveChangesAsync(cancellationToken);
            context.ChangeTracker.Clear();
            last = rows[^1].Sequence;
        }
    }
}
