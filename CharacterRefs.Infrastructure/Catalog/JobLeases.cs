using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>
/// Leases as rows. Each step is one conditional statement, so that the database decides between processes and no result depends on an earlier read.
/// A job is deleted under its lease, so leases may use the reserve of a full disk.
/// </summary>
internal sealed class JobLeases(CatalogDatabase database, TimeProvider clock) : IJobLeases
{
    public Task<DateTimeOffset?> TryTakeAsync(JobId jobId, Guid holder, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.WriteForDeletionAsync<DateTimeOffset?>(
            async context =>
            {
                while (true)
                {
                    var (now, latest) = Bounds();
                    var ended = LeaseOf(context, jobId).Where(row => row.EndsAt <= now || row.EndsAt > latest);
                    if (await SetAsync(ended, holder, until, cancellationToken) || await TryAddAsync(context, jobId, holder, until, cancellationToken))
                    {
                        return null;
                    }

                    if (await LeaseOf(context, jobId).AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { } held
                        && held.EndsAt > now && held.EndsAt <= latest)
                    {
                        return CatalogRows.FromMicroseconds(held.EndsAt);
                    }

                    // It was released, or expired, between the two reads: retry.
                }
            },
            cancellationToken);

    // An expired lease that nobody has taken since can still be renewed by its holder.
    public Task<bool> RenewAsync(JobId jobId, Guid holder, DateTimeOffset until, CancellationToken cancellationToken) => database.WriteForDeletionAsync(
        context => SetAsync(LeaseOf(context, jobId).Where(row => row.Holder == holder), holder, until, cancellationToken), cancellationToken);

    public Task<bool> BreakAsync(JobId jobId, CancellationToken cancellationToken) => database.WriteForDeletionAsync(
        async context =>
        {
            var (now, latest) = Bounds();
            var isHeld = await LeaseOf(context, jobId).AnyAsync(row => row.EndsAt > now && row.EndsAt <= latest, cancellationToken);
            return await LeaseOf(context, jobId).ExecuteDeleteAsync(cancellationToken) > 0 && isHeld;
        },
        cancellationToken);

    public Task ReleaseAsync(JobId jobId, Guid holder, CancellationToken cancellationToken) => database.WriteForDeletionAsync(
        context => LeaseOf(context, jobId).Where(row => row.Holder == holder).ExecuteDeleteAsync(cancellationToken), cancellationToken);

    /// <summary>A lease is held when it ends after the first and not after the second.</summary>
    private (long Now, long Latest) Bounds()
    {
        var now = CatalogRows.ToMicroseconds(clock.GetUtcNow());
        return (now, now + (long)IJobLeases.Longest.TotalMicroseconds);
    }

    private static async Task<bool> SetAsync(IQueryable<JobLeaseRow> which, Guid holder, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var end = CatalogRows.ToMicroseconds(until);
        return await which.ExecuteUpdateAsync(set => set.SetProperty(row => row.Holder, holder).SetProperty(row => row.EndsAt, end), cancellationToken) > 0;
    }

    /// <returns>Whether the job had no row.</returns>
    private static async Task<bool> TryAddAsync(CatalogDbContext context, JobId jobId, Guid holder, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (await LeaseOf(context, jobId).AnyAsync(cancellationToken))
        {
            return false; // the usual case, without an error in the log of the database
        }

        var row = new JobLeaseRow { JobId = jobId.ToString(), Holder = holder, EndsAt = CatalogRows.ToMicroseconds(until) };
        context.JobLeases.Add(row);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException)
        {
            context.ChangeTracker.Clear();
            if (await LeaseOf(context, jobId).AnyAsync(cancellationToken))
            {
                return false; // another process was faster
            }

            throw;
        }
    }

    private static IQueryable<JobLeaseRow> LeaseOf(CatalogDbContext context, JobId jobId)
    {
        var job = jobId.ToString();
        return context.JobLeases.Where(row => row.JobId == job);
    }
}
