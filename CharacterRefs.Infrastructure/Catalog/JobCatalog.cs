using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>The associations between jobs and images in a relational database.</summary>
internal sealed class JobCatalog(CatalogDatabase database) : IJobCatalog
{
    // For each record that is read. A field, because a compiled query belongs to the model of one engine.
    private readonly Func<CatalogDbContext, Guid, IAsyncEnumerable<string>> _jobsOf = EF.CompileAsyncQuery(
        (CatalogDbContext context, Guid id) => context.JobReferences.Where(row => row.Reference!.Id == id).Select(row => row.JobId));

    public Task<IReadOnlyList<CharacterReferenceId>> AssociateAsync(
        JobId jobId, IReadOnlyList<CharacterReferenceId> ids, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<CharacterReferenceId>>(
            async context =>
            {
                // Before the rows are read, so that no other process associates any in between; a deletion is rejected by the foreign key.
                await using var transaction = await database.BeginAsync(context, [CatalogLock.Job(jobId)], cancellationToken);
                var wanted = ids.Select(id => id.Value).Distinct().ToList();
                var keys = await context.References
                    .Where(row => wanted.Contains(row.Id))
                    .ToDictionaryAsync(row => row.Id, row => row.Sequence, cancellationToken);
                if (wanted.Exists(id => !keys.ContainsKey(id)))
                {
                    return [.. wanted.Where(id => !keys.ContainsKey(id)).Select(id => new CharacterReferenceId(id))];
                }

                var job = jobId.ToString();
                var associations = await AssociationsOf(context, jobId).AsNoTracking()
                    .ToDictionaryAsync(row => row.ReferenceKey, row => row.Position, cancellationToken);
                var first = associations.Count > 0 ? associations.Values.Max() + 1 : 0;
                context.JobReferences.AddRange(wanted
                    .Select(id => keys[id])
                    .Where(key => !associations.ContainsKey(key))
                    .Select((key, index) => new JobReferenceRow { JobId = job, ReferenceKey = key, Position = first + index }));
                await context.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return [];
            },
            cancellationToken);

    public Task<IReadOnlyList<CharacterReference>> ListReferencesAsync(JobId jobId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<CharacterReference>>(
            async context => [.. (await AssociationsOf(context, jobId).AsNoTracking()
                    .Include(row => row.Reference!.Slot!.Generation)
                    .OrderBy(row => row.Position)
                    .ThenBy(row => row.ReferenceKey)
                    .ToListAsync(cancellationToken))
                .Select(row => CatalogRows.ToReference(row.Reference!))],
            cancellationToken);

    public Task<IReadOnlyDictionary<JobId, int>> CountReferencesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<JobId, int>>(
            async context =>
            {
                var counts = await context.JobReferences
                    .GroupBy(row => row.JobId)
                    .Select(job => new { JobId = job.Key, Images = job.Count() })
                    .ToListAsync(cancellationToken);
                return counts.ToDictionary(job => CatalogRows.ToJobIds([job.JobId])[0], job => job.Images);
            },
            cancellationToken);

    public Task<bool> DissociateAsync(JobId jobId, CharacterReferenceId id, CancellationToken cancellationToken) => database.WriteForDeletionAsync(
        async context => await AssociationsOf(context, jobId).Where(row => row.Reference!.Id == id.Value).ExecuteDeleteAsync(cancellationToken) > 0,
        cancellationToken);

    public Task<int> DissociateAllAsync(JobId jobId, CancellationToken cancellationToken) =>
        database.WriteForDeletionAsync(context => AssociationsOf(context, jobId).ExecuteDeleteAsync(cancellationToken), cancellationToken);

    public Task<IReadOnlyDictionary<CharacterReferenceId, IReadOnlyList<JobId>>> FindJobsAsync(
        IReadOnlyCollection<CharacterReferenceId> ids, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<CharacterReferenceId, IReadOnlyList<JobId>>>(
            async context =>
            {
                var wanted = ids.Select(id => id.Value).ToList();
                var associations = await context.JobReferences
                    .Where(row => wanted.Contains(row.Reference!.Id))
                    .Select(row => new { row.Reference!.Id, row.JobId })
                    .ToListAsync(cancellationToken);
                return associations
                    .GroupBy(association => new CharacterReferenceId(association.Id), association => association.JobId)
                    .ToDictionary(image => image.Key, image => CatalogRows.ToJobIds(image));
            },
            cancellationToken);

    public Task<IReadOnlyList<JobId>> FindJobsAsync(CharacterReferenceId id, CancellationToken cancellationToken) => database.ReadAsync(
        async context => CatalogRows.ToJobIds(await _jobsOf(context, id.Value).ToListAsync(cancellationToken)), cancellationToken);

    private static IQueryable<JobReferenceRow> AssociationsOf(CatalogDbContext context, JobId jobId)
    {
        var job = jobId.ToString();
        return context.JobReferences.Where(row => row.JobId == job);
    }
}
