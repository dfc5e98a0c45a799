using CharacterRefs.Application.Jobs.ListJobReferences;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.References;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.AssociateReferences;

/// <summary>
/// Associates images with a job: creates the job's copies and associates the images last, so that every associated image has its copies. The copies of a failed
/// request are used by the next.
/// </summary>
public sealed partial class AssociateReferencesHandler(
    ReferenceLookup lookup,
    IJobCatalog jobs,
    IJobsRoot workspaces,
    JobReferenceCopies copies,
    ListJobReferencesHandler list,
    ILogger<AssociateReferencesHandler> logger)
{
    /// <returns>
    /// All images of the job; <see cref="ErrorKind.NotFound"/> with every unknown id or the error of <see cref="ReferenceLookup.FindManyAsync"/>, before
    /// anything was changed; <see cref="ErrorKind.Conflict"/> when a key of the job has other bytes, or <see cref="ErrorKind.StorageUnavailable"/>, and
    /// nothing was associated.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond; nothing was associated.</exception>
    /// <exception cref="LocalStorageException">The disk failed; nothing was associated.</exception>
    public async Task<Result<JobReferenceSet>> HandleAsync(AssociateReferencesCommand command, CancellationToken cancellationToken)
    {
        var ids = command.Ids.Distinct().ToList();
        if (!(await lookup.FindManyAsync(ids, cancellationToken)).TryGet(out var references, out var unknown))
        {
            return unknown;
        }

        var opened = workspaces.Open(command.JobId, localBasePath: null);
        if (!opened.TryGet(out var workspace, out var rejected))
        {
            return rejected;
        }

        if (await copies.CreateAsync(command.JobId, workspace, references, cancellationToken) is { } error)
        {
            return error;
        }

        var deleted = await jobs.AssociateAsync(command.JobId, ids, cancellationToken);
        if (deleted.Count > 0)
        {
            return ReferenceErrors.NotFound(deleted);
        }

        LogAssociated(logger, ids.Count, command.JobId);
        return await list.HandleAsync(command.JobId, cancellationToken);
    }

    [LoggerMessage(91, LogLevel.Information, "{Images} images were associated with job {JobId}")]
    private static partial void LogAssociated(ILogger logger, int images, JobId jobId);
}
