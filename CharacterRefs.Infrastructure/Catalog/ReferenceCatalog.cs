using System.Runtime.CompilerServices;
using CharacterRefs.Application.Events;
using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>The catalog of images in a relational database.</summary>
internal sealed class ReferenceCatalog(
    CatalogDatabase database, ICatalogEngine engine, IDbContextFactory<CatalogDbContext> contexts, EventLog events, TimeProvider clock) : IReferenceCatalog
{
    private readonly ReferenceListing _listing = new(engine);

    // Not static: a compiled query belongs to the model of one engine.
    private readonly Func<CatalogDbContext, Guid, CancellationToken, Task<ReferenceRow?>> _findRow = EF.CompileAsyncQuery(
        (CatalogDbContext context, Guid id, CancellationToken _) => context.References
            .AsNoTracking()
            .Include(row => row.Slot!.Generation)
            .SingleOrDefault(row => row.Id == id));

    public async Task AddAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        await database.WriteAsync(context => AddAsync(context, reference, cancellationToken), cancellationToken);
        events.Add(reference);
    }

    public async Task<bool> TryAddAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        var isAdded = await database.WriteAsync(TryAddAsync, cancellationToken);
        if (isAdded)
        {
            events.Add(reference);
        }

        return isAdded;

        async Task<bool> TryAddAsync(CatalogDbContext context)
        {
            // Before the check, so that no other process adds or deletes between it and the insert.
            await using var transaction = await database.BeginAsync(context, [CatalogLock.Image(reference.Id)], cancellationToken);
            if (await context.References.AnyAsync(row => row.Id == reference.Id.Value, cancellationToken)
                || await context.Tombstones.AnyAsync(row => row.ImageId == reference.Id.Value, cancellationToken))
            {
                return false;
            }

            await AddAsync(context, reference, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
    }

    public async Task<CharacterReference?> AddUnlessKnownAsync(CharacterReference reference, CancellationToken cancellationToken)
    {
        var known = await database.WriteAsync(AddAsync, cancellationToken);
        if (known is null)
        {
            events.Add(reference);
        }

        return known;

        async Task<CharacterReference?> AddAsync(CatalogDbContext context)
        {
            // Before the check, so that no other process adds the same bytes between it and the insert.
            await using var transaction = await database.BeginAsync(context, [CatalogLock.Content(reference.Sha256)], cancellationToken);
            if (await FindByContentAsync(context, reference.Sha256, cancellationToken) is { } known)
            {
                return known;
            }

            await ReferenceCatalog.AddAsync(context, reference, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return null;
        }
    }

    public Task<CharacterReference?> FindByContentAsync(ContentHash sha256, CancellationToken cancellationToken) =>
        database.ReadAsync(context => FindByContentAsync(context, sha256, cancellationToken), cancellationToken);

    public async Task<CharacterReference?> FindAsync(CharacterReferenceId id, CancellationToken cancellationToken)
    {
        var recent = database.Recent; // taken before the read: a concurrent write replaces it, so that a stale row is never found
        if (recent?.Find(id) is { } known)
        {
            return known;
        }

        var found = await database.ReadAsync(
            async context => await _findRow(context, id.Value, cancellationToken) is { } row ? CatalogRows.ToReference(row) : null, cancellationToken);
        if (found is not null)
        {
            recent?.Keep(found);
        }

        return found;
    }

    public Task<ReferencePage<CharacterReference>> ListAsync(
        ReferenceFilter filter, ReferenceCursor? after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(context => _listing.ReadAsync(context, filter, after, limit, cancellationToken), cancellationToken);

    public Task<ReferenceDeletion> DeleteAsync(CharacterReferenceId id, CancellationToken cancellationToken) => database.WriteForDeletionAsync(
        async context =>
        {
            // Before the check, so that no other process adds the image in between; associations are rejected by their foreign key.
            await using var transaction = await database.BeginAsync(context, [CatalogLock.Image(id)], cancellationToken);
            if (await context.References.SingleOrDefaultAsync(row => row.Id == id.Value, cancellationToken) is not { } row)
            {
                return ReferenceDeletion.Absent;
            }

            var jobs = await context.JobReferences
                .Where(association => association.ReferenceKey == row.Sequence)
                .Select(association => association.JobId)
                .ToListAsync(cancellationToken);
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

    public Task<ReferenceAnnotation?> AnnotateAsync(CharacterReferenceId id, AnnotationChange change, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async context =>
            {
                // Before the read, so that no other process changes the annotation in between.
                await using var transaction = await database.BeginAsync(context, [CatalogLock.Image(id)], cancellationToken);
                var rows = context.References.Include(row => row.Slot!.Generation);
                if (await rows.SingleOrDefaultAsync(row => row.Id == id.Value, cancellationToken) is not { } row)
                {
                    return null;
                }

                var annotation = CatalogRows.ToAnnotation(row).Apply(change);
                CatalogRows.Update(row, annotation);
                await context.ReferenceTags.Where(tag => tag.ReferenceKey == row.Sequence).ExecuteDeleteAsync(cancellationToken);
                context.ReferenceTags.AddRange(CatalogRows.ToTagRows(row));
                await context.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return annotation;
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

    public Task<IReadOnlyDictionary<CharacterReferenceId, ImageFormat>> FindFormatsAsync(
        IReadOnlyCollection<CharacterReferenceId> ids, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<CharacterReferenceId, ImageFormat>>(
            async context =>
            {
                var wanted = ids.Select(id => id.Value).ToList();
                var rows = await context.References
                    .Where(row => wanted.Contains(row.Id)).Select(row => new { row.Id, row.Format }).ToListAsync(cancellationToken);
                return rows.ToDictionary(row => new CharacterReferenceId(row.Id), row => CatalogRows.ToFormat(row.Format));
            },
            cancellationToken);

    public Task<IReadOnlyList<(CharacterReferenceId Id, DateTimeOffset CreatedAt)>> ListNewestAsync(int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<(CharacterReferenceId, DateTimeOffset)>>(
            async context => [.. (await context.References.OrderByDescending(row => row.Sequence).Take(limit)
                .Select(row => new { row.Id, row.CreatedAt }).ToListAsync(cancellationToken))
                .Select(row => (new CharacterReferenceId(row.Id), CatalogRows.FromMicroseconds(row.CreatedAt)))],
            cancellationToken);

    public Task<long> CountAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(context => context.References.LongCountAsync(cancellationToken), cancellationToken);

    public Task<IReadOnlyDictionary<CharacterReferenceId, CharacterReference>> FindManyAsync(
        IReadOnlyCollection<CharacterReferenceId> ids, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<CharacterReferenceId, CharacterReference>>(
            async context =>
            {
                var wanted = ids.Select(id => id.Value).ToList();
                var rows = await context.References.AsNoTracking().Where(row => wanted.Contains(row.Id)).ToListAsync(cancellationToken);
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

    private static async Task<CharacterReference?> FindByContentAsync(CatalogDbContext context, ContentHash sha256, CancellationToken cancellationToken)
    {
        var hash = sha256.ToString();
        var row = await context.References.AsNoTracking()
            .Include(row => row.Slot!.Generation)
            .Where(row => row.Sha256 == hash)
            .OrderBy(row => row.Sequence)
            .FirstOrDefaultAsync(cancellationToken);
        return row is null ? null : CatalogRows.ToReference(row);
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
}
