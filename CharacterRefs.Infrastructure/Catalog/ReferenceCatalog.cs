using System.Runtime.CompilerServices;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.References;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>The catalog of images in a relational database.</summary>
internal sealed class ReferenceCatalog(CatalogDatabase database, IDbContextFactory<CatalogDbContext> contexts, TimeProvider clock) : IReferenceCatalog
{
    private static readonly Func<CatalogDbContext, Guid, CancellationToken, Task<ReferenceRow?>> s_findRow = EF.CompileAsyncQuery(
        (CatalogDbContext context, Guid id, CancellationToken _) => context.References
            .AsNoTracking()
            .Include(row => row.Slot!.Generation)
            .SingleOrDefault(row => row.Id == id));

    public Task AddAsync(CharacterReference reference, CancellationToken cancellationToken) =>
        database.WriteAsync(context => AddAsync(context, reference, cancellationToken), cancellationToken);

    public Task<bool> TryAddAsync(CharacterReference reference, CancellationToken cancellationToken) => database.WriteAsync(
        async context =>
        {
            // Takes the write lock at once, so that no other process adds or deletes between the check and the insert.
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            if (await context.References.AnyAsync(row => row.Id == reference.Id.Value, cancellationToken)
                || await context.Tombstones.AnyAsync(row => row.ImageId == reference.Id.Value, cancellationToken))
            {
                return false;
            }

            await AddAsync(context, reference, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        },
        cancellationToken);

    public async Task<CharacterReference?> FindAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        var recent = database.Recent; // taken before the read: a concurrent write replaces it, so that a stale row is never found
        if (recent.Find(id) is { } known)
        {
            return known;
        }

        var found = await database.ReadAsync(
            async context => await s_findRow(context, id.Value, cancellationToken) is { } row ? CatalogRows.ToReference(row) : null, cancellationToken);
        if (found is not null)
        {
            recent.Keep(found);
        }

        return found;
    }

    public Task<ReferencePage<CharacterReference>> ListAsync(
        ReferenceFilter filter, ReferenceCursor? after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async context =>
            {
                var rows = await Filtered(context, filter, after)
                    .OrderByDescending(row => row.CreatedAt)
                    .ThenByDescending(row => row.Sequence)
                    .Include(row => row.Slot!.Generation)
                    .Take(limit + 1) // one more, to know whether there is a next page
                    .ToListAsync(cancellationToken);
                var shown = rows.Take(limit).ToList();
                return new ReferencePage<CharacterReference>(
                    [.. shown.Select(CatalogRows.ToReference)],
                    rows.Count > limit ? new ReferenceCursor(shown[^1].CreatedAt, shown[^1].Sequence) : null);
            },
            cancellationToken);

    public Task<ReferenceDeletion> DeleteAsync(CharacterReferenceId id, CancellationToken cancellationToken) => database.WriteAsync(
        async context =>
        {
            // Before the check, so that no other process links the image in between.
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            if (await context.References.SingleOrDefaultAsync(row => row.Id == id.Value, cancellationToken) is not { } row)
            {
                return ReferenceDeletion.Absent;
            }

            var jobs = await context.JobReferences.Where(link => link.ReferenceKey == row.Sequence).Select(link => link.JobId).ToListAsync(cancellationToken);
            if (jobs.Count > 0)
            {
                return new ReferenceDeletion(false, CatalogRows.ToJobIds(jobs));
            }

            context.References.Remove(row);
            context.Tombstones.Add(new TombstoneRow
            {
                ImageId = id.Value,
                DeletedAt = CatalogRows.ToMicroseconds(clock.GetUtcNow()),
                StoredKey = row.StoredKey,
                Sha256 = row.Sha256,
            });
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return ReferenceDeletion.Done;
        },
        cancellationToken);

    public Task<IReadOnlyDictionary<CharacterReferenceId, CatalogState>> LookUpAsync(
        IReadOnlyCollection<CharacterReferenceId> ids, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<CharacterReferenceId, CatalogState>>(
            async context =>
            {
                var wanted = ids.Select(id => id.Value).ToList();
                var listed = await context.References.Where(row => wanted.Contains(row.Id)).Select(row => row.Id).ToListAsync(cancellationToken);
                var deleted = await context.Tombstones.Where(row => wanted.Contains(row.ImageId)).Select(row => row.ImageId).ToListAsync(cancellationToken);
                return deleted.Select(id => (id, CatalogState.Deleted))
                    .Concat(listed.Select(id => (id, CatalogState.Listed)))
                    .ToDictionary(known => new CharacterReferenceId(known.id), known => known.Item2);
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<CharacterReferenceId, CharacterReference>> FindManyAsync(
        IReadOnlyCollection<CharacterReferenceId> ids, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<CharacterReferenceId, CharacterReference>>(
            async context =>
            {
                // As one parameter: a thousand parameters would make the command long, and it is built and parsed each time.
                var wanted = ids.Select(id => id.Value).ToList();
                var rows = await context.References.AsNoTracking().Where(row => EF.Parameter(wanted).Contains(row.Id)).ToListAsync(cancellationToken);
                return rows.Select(CatalogRows.ToReference).ToDictionary(reference => reference.Id);
            },
            cancellationToken);

    public async IAsyncEnumerable<CharacterReference> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = context.References.AsNoTracking().Include(row => row.Slot!.Generation).OrderBy(row => row.Sequence).AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            yield return CatalogRows.ToReference(row);
        }
    }

    private static async Task<int> AddAsync(CatalogDbContext context, CharacterReference reference, CancellationToken cancellationToken)
    {
        var row = CatalogRows.ToRow(reference);
        if (reference.Provenance is { } provenance)
        {
            row.Slot = await context.Slots.SingleAsync(
                slot => slot.GenerationId == provenance.GenerationId.Value && slot.Index == provenance.SlotIndex, cancellationToken);
        }

        context.References.Add(row);
        return await context.SaveChangesAsync(cancellationToken);
    }

    private static IQueryable<ReferenceRow> Filtered(CatalogDbContext context, ReferenceFilter filter, ReferenceCursor? after)
    {
        var rows = context.References.AsNoTracking();
        if (filter.Origin is { } origin)
        {
            var name = origin.ToString();
            rows = rows.Where(row => row.Origin == name);
        }

        if (filter.Query is { } query)
        {
            var folded = CatalogRows.Fold(query);
            rows = rows.Where(row => row.Slot!.Generation!.DescriptionFolded.Contains(folded));
        }

        if (filter.JobId is { } jobId)
        {
            var job = jobId.ToString();
            rows = rows.Where(row => context.JobReferences.Any(link => link.JobId == job && link.ReferenceKey == row.Sequence));
        }

        return after is { } cursor
            ? rows.Where(row => row.CreatedAt < cursor.CreatedAt || (row.CreatedAt == cursor.CreatedAt && row.Sequence < cursor.Sequence))
            : rows;
    }
}
