using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>
/// Reads pages of the list of images. A text is first looked for in the next rows of the list: there a frequent one fills the page, and no index of texts is in
/// the order of the list. What is not frequent there is looked up in the index, and all that it finds is sorted.
/// </summary>
internal sealed class ReferenceListing(ICatalogEngine engine)
{
    /// <summary>Rows that are read for each image of a page before the index is used: then, of a million rows, the index has at most some thousands.</summary>
    public int RowsPerItem { get; init; } = 200;

    /// <summary>Most rows that are read for a page when the text is too short for the index. A page with too few images is then not the last.</summary>
    public int MostRows { get; init; } = 20_000;

    /// <summary>Reads one page.</summary>
    /// <param name="filter">What to list.</param>
    /// <param name="after">Where the previous page ended; <c>null</c> for the first.</param>
    /// <param name="limit">Most items on the page.</param>
    public async Task<ReferencePage<CharacterReference>> ReadAsync(
        CatalogDbContext context, ReferenceFilter filter, ReferenceCursor? after, int limit, CancellationToken cancellationToken)
    {
        var rows = After(Matching(SourceOf(context, filter), filter), after);
        if (filter.Query is null || SearchKey.Of(filter.Query) is not { Length: > 0 } key)
        {
            return await PageAsync(rows, limit, end: null, cancellationToken);
        }

        var isIndexed = key.Length >= SearchKey.ShortestIndexed;
        var end = filter.JobId is null // the images of a job are few
            ? await LastOfAsync(rows, isIndexed ? RowsPerItem * (limit + 1) : MostRows, cancellationToken)
            : null;

        // Not Contains, for which PostgreSQL may use the index also where it finds most rows.
        var near = UpTo(rows, end).Where(listed => listed.Row.SearchKey.IndexOf(key) > -1);
        var page = await PageAsync(near, limit, end, cancellationToken);
        if (end is null || page.Items.Count == limit || !isIndexed)
        {
            return page;
        }

        var found = Tagged(context, Listed(engine.Containing(context, key)), filter);
        return await PageAsync(After(Matching(found, filter), after), limit, end: null, cancellationToken);
    }

    /// <param name="rows">In any order.</param>
    /// <param name="limit">Most items on the page.</param>
    /// <param name="end">The last row that was read, when there are more; <c>null</c> when <paramref name="rows"/> are all.</param>
    private static async Task<ReferencePage<CharacterReference>> PageAsync(
        IQueryable<ListedRow> rows, int limit, ReferenceCursor? end, CancellationToken cancellationToken)
    {
        var found = await Ordered(rows)
            .Select(listed => listed.Row)
            .Include(row => row.Slot!.Generation)
            .Take(limit + 1) // one more, to know whether there is a next page
            .ToListAsync(cancellationToken);
        var shown = found.Take(limit).ToList();
        return new ReferencePage<CharacterReference>(
            [.. shown.Select(CatalogRows.ToReference)],
            found.Count > limit ? new ReferenceCursor(shown[^1].CreatedAt, shown[^1].Sequence) : end);
    }

    /// <summary>The position of the row with this number; <c>null</c> when none follows it.</summary>
    private static async Task<ReferenceCursor?> LastOfAsync(IQueryable<ListedRow> rows, int number, CancellationToken cancellationToken)
    {
        var last = await Ordered(rows)
            .Skip(number - 1)
            .Select(listed => new { listed.CreatedAt, listed.Sequence })
            .Take(2)
            .ToListAsync(cancellationToken);
        return last.Count < 2 ? null : new ReferenceCursor(last[0].CreatedAt, last[0].Sequence);
    }

    private static IQueryable<ListedRow> SourceOf(CatalogDbContext context, ReferenceFilter filter)
    {
        if (filter.JobId is { } jobId)
        {
            var job = jobId.ToString();
            return Tagged(context, Listed(context.JobReferences
                .Where(association => association.JobId == job)
                .Join(context.References, association => association.ReferenceKey, row => row.Sequence, (_, row) => row)), filter);
        }

        if (filter.Tag is { } tag)
        {
            var normalized = ReferenceAnnotation.NormalizeTag(tag);
            return context.ReferenceTags
                .AsNoTracking()
                .Where(tagged => tagged.Tag == normalized)
                .Join(
                    context.References,
                    tagged => tagged.ReferenceKey,
                    row => row.Sequence,
                    (tagged, row) => new ListedRow { CreatedAt = tagged.CreatedAt, Sequence = tagged.ReferenceKey, Row = row });
        }

        return Listed(context.References);
    }

    private static IQueryable<ListedRow> Tagged(CatalogDbContext context, IQueryable<ListedRow> rows, ReferenceFilter filter)
    {
        if (filter.Tag is not { } tag)
        {
            return rows;
        }

        var normalized = ReferenceAnnotation.NormalizeTag(tag);
        return rows.Where(listed => context.ReferenceTags.Any(
            row => row.Tag == normalized && row.CreatedAt == listed.CreatedAt && row.ReferenceKey == listed.Sequence));
    }

    private static IQueryable<ListedRow> Listed(IQueryable<ReferenceRow> rows) =>
        rows.AsNoTracking().Select(row => new ListedRow { CreatedAt = row.CreatedAt, Sequence = row.Sequence, Row = row });

    /// <summary>Applies the filters of the row itself.</summary>
    private static IQueryable<ListedRow> Matching(IQueryable<ListedRow> rows, ReferenceFilter filter)
    {
        if (filter.Origin is { } origin)
        {
            var name = origin.ToString();
            rows = rows.Where(listed => listed.Row.Origin == name);
        }

        // As the filters of the indexes have it; a parameter would not be known to agree with them.
        rows = filter.Favorite switch
        {
            true => rows.Where(listed => listed.Row.Favorite),
            false => rows.Where(listed => !listed.Row.Favorite),
            null => rows,
        };
        if (filter.MinRating is > 0 and { } rating)
        {
            rows = rows.Where(listed => listed.Row.Rating > 0 && listed.Row.Rating >= rating);
        }

        return rows;
    }

    // The first condition is the one by which an index is entered.
    private static IQueryable<ListedRow> After(IQueryable<ListedRow> rows, ReferenceCursor? after) => after is { } cursor
        ? rows.Where(row => row.CreatedAt <= cursor.CreatedAt && (row.CreatedAt < cursor.CreatedAt || row.Sequence < cursor.Sequence))
        : rows;

    private static IQueryable<ListedRow> UpTo(IQueryable<ListedRow> rows, ReferenceCursor? end) => end is { } cursor
        ? rows.Where(row => row.CreatedAt >= cursor.CreatedAt && (row.CreatedAt > cursor.CreatedAt || row.Sequence >= cursor.Sequence))
        : rows;

    private static IOrderedQueryable<ListedRow> Ordered(IQueryable<ListedRow> rows) =>
        rows.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Sequence);

    /// <summary>A row and its position in the list, which some indexes repeat.</summary>
    private sealed class ListedRow
    {
        public long CreatedAt { get; init; }

        public long Sequence { get; init; }

        public required ReferenceRow Row { get; init; }
    }
}
