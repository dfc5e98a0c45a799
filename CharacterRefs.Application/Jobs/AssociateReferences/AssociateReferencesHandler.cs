using CharacterRefs.Application.Jobs.ListJobReferences;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.References;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.Jobs.AssociateReferences;

/// <summary>
/// Gives a job its copies of images, inside the store and in its workspace, and links them to it at the end: what is linked has its copies. Copies of an
/// association that failed half-way are used by the next.
/// </summary>
public sealed partial class AssociateReferencesHandler(
    ReferenceLookup lookup,
    IJobCatalog jobs,
    IJobsRoot workspaces,
    StoredImages stored,
    WorkspaceImages images,
    ListJobReferencesHandler list,
    JobSettings settings,
    ILogger<AssociateReferencesHandler> logger)
{
    /// <returns>
    /// All images of the job; <see cref="ErrorKind.NotFound"/> with every unknown id, or what <see cref="ReferenceLookup.FindManyAsync"/> says when only the
    /// store could tell, and then nothing was done; <see cref="ErrorKind.Conflict"/> when other bytes stand under a key of the job, or
    /// <see cref="ErrorKind.StorageUnavailable"/>, and then nothing was linked.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer; nothing was linked.</exception>
    /// <exception cref="LocalStorageException">The disk refused; nothing was linked.</exception>
    public async Task<Result<JobReferenceSet>> HandleAsync(AssociateReferencesCommand command, CancellationToken cancellationToken)
    {
        var ids = command.Ids.Distinct().ToList();
        if (!(await lookup.FindManyAsync(ids, cancellationToken)).TryGet(out var references, out var unknown))
        {
            return unknown;
        }

        var opened = workspaces.Open(command.JobId, localBasePath: null);
        if (!opened.TryGet(out var workspace, out var refused))
        {
            return refused;
        }

        if (await CopyAllAsync(command.JobId, workspace, references, cancellationToken) is { } error)
        {
            return error;
        }

        var deleted = await jobs.LinkAsync(command.JobId, ids, cancellationToken);
        if (deleted.Count > 0)
        {
            return ReferenceErrors.NotFound(deleted);
        }

        LogAssociated(logger, ids.Count, command.JobId);
        return await list.HandleAsync(command.JobId, cancellationToken);
    }

    /// <returns>The first refusal, after which no more images are begun.</returns>
    private async Task<Error?> CopyAllAsync(
        JobId jobId, IJobWorkspace workspace, IReadOnlyList<CharacterReference> references, CancellationToken cancellationToken)
    {
        Error? first = null;
        var present = await stored.ListOfJobAsync(jobId, cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = settings.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(references, options, async (reference, token) =>
        {
            if (Volatile.Read(ref first) is null && await CopyAsync(jobId, workspace, reference, present, token) is { } error)
            {
                Interlocked.CompareExchange(ref first, error, null);
            }
        });
        return first;
    }

    private async Task<Error?> CopyAsync(
        JobId jobId, IJobWorkspace workspace, CharacterReference reference, IReadOnlySet<AssetKey> present, CancellationToken cancellationToken)
    {
        if (!(await stored.StoreAsync(reference, cancellationToken)).TryGet(out var own, out var error))
        {
            return error;
        }

        // The store and the disk do not wait for each other.
        var isFree = !present.Contains(AssetLayout.JobReference(jobId, reference.Id, reference.Format));
        var copying = stored.CopyToJobAsync(reference, own.Key, jobId, isFree, cancellationToken);
        var putting = images.PutAsync(workspace, reference, own.Key, cancellationToken);
        await Task.WhenAll(copying, putting);
        return (await copying).TryGet(out _, out var refused) ? await putting : refused;
    }

    [LoggerMessage(91, LogLevel.Information, "{Images} images are associated with job {JobId}")]
    private static partial void LogAssociated(ILogger logger, int images, JobId jobId);
}
