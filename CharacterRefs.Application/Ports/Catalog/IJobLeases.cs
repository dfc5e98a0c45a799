namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>
/// Who may change the stored set of a job, agreed in the catalog, so that it holds for all nodes that share it. A lease that is not renewed ends by itself,
/// which is how the job of a killed process becomes free again. Times are those of this process; where nodes share the catalog, it follows the clock of the
/// database, so nodes differ by no more than the round trips to it. A holder stops by its monotonic clock, counted from before it took or renewed the lease.
/// </summary>
public interface IJobLeases
{
    /// <summary>Longest lease. One that ends later than this from now was taken with a wrong clock, and counts as ended.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Takes the lease when nobody holds it.</summary>
    /// <param name="holder">Who wants it; a new value for each taking.</param>
    /// <param name="until">When it ends unless it is renewed, UTC.</param>
    /// <param name="cancellationToken">Stops and takes nothing.</param>
    /// <returns><c>null</c> when it was taken; otherwise when the lease of the present holder ends, UTC.</returns>
    Task<DateTimeOffset?> TryTakeAsync(JobId jobId, Guid holder, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Renews a lease that is still held.</summary>
    /// <returns>Whether it was: a lease that ended meanwhile may belong to another.</returns>
    Task<bool> RenewAsync(JobId jobId, Guid holder, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Ends the lease of a job, whoever holds it. A holder that still runs notices at its next renewal, and stops.</summary>
    /// <returns>Whether there was one that had not ended.</returns>
    Task<bool> BreakAsync(JobId jobId, CancellationToken cancellationToken);

    /// <summary>Releases a lease; one that is no longer held is not an error.</summary>
    Task ReleaseAsync(JobId jobId, Guid holder, CancellationToken cancellationToken);
}
