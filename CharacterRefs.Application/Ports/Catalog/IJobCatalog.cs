namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>Which job uses which images.</summary>
public interface IJobCatalog
{
    /// <summary>
    /// Associates images with a job, behind those that are associated already, by one transaction. An association that exists stays where it is.
    /// </summary>
    /// <param name="jobId">The job; it need not be known.</param>
    /// <param name="ids">In order.</param>
    /// <param name="cancellationToken">Stops and associates nothing.</param>
    /// <returns>Ids without a row, because the image was deleted meanwhile; then nothing was associated.</returns>
    Task<IReadOnlyList<CharacterReferenceId>> AssociateAsync(JobId jobId, IReadOnlyList<CharacterReferenceId> ids, CancellationToken cancellationToken);

    /// <summary>The images of a job in the order in which they were associated; none for an unknown job.</summary>
    Task<IReadOnlyList<CharacterReference>> ListReferencesAsync(JobId jobId, CancellationToken cancellationToken);

    /// <summary>The number of images of every job that has one.</summary>
    Task<IReadOnlyDictionary<JobId, int>> CountReferencesAsync(CancellationToken cancellationToken);

    /// <summary>Removes one association.</summary>
    /// <returns>Whether there was one.</returns>
    Task<bool> DissociateAsync(JobId jobId, CharacterReferenceId id, CancellationToken cancellationToken);

    /// <summary>Removes every association of a job.</summary>
    /// <returns>How many there were.</returns>
    Task<int> DissociateAllAsync(JobId jobId, CancellationToken cancellationToken);

    /// <summary>The jobs that use an image, in the order of the ids' code points; empty when there is none, or no such image.</summary>
    Task<IReadOnlyList<JobId>> FindJobsAsync(CharacterReferenceId id, CancellationToken cancellationToken);

    /// <summary>The jobs that use these images, by one query, each list in the order of the ids' code points; images that no job uses are absent.</summary>
    Task<IReadOnlyDictionary<CharacterReferenceId, IReadOnlyList<JobId>>> FindJobsAsync(
        IReadOnlyCollection<CharacterReferenceId> ids, CancellationToken cancellationToken);
}
