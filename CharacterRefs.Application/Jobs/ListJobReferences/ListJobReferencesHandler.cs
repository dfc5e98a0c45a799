using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.ListJobReferences;

/// <summary>
/// Lists the images that a job uses, with its copies. The catalog has the associations; images that an earlier system left in the job's folder are adopted
/// first. For a job without images, disk and store show whether it exists.
/// </summary>
public sealed partial class ListJobReferencesHandler(
    IJobCatalog jobs, IJobsRoot workspaces, JobObjects objects, JobImageAdoption adoption, JobUrlSigner signer, ILogger<ListJobReferencesHandler> logger)
{
    /// <returns>
    /// The images in order; none for a job that has only a workspace or objects in the store, and <see cref="ErrorKind.NotFound"/> for one that has neither.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">There are no credentials to sign with, or the store did not respond.</exception>
    public async Task<Result<JobReferenceSet>> HandleAsync(JobId jobId, CancellationToken cancellationToken)
    {
        var opened = workspaces.Open(jobId, localBasePath: null);
        if (!opened.TryGet(out var workspace, out var error))
        {
            return error;
        }

        var references = await jobs.ListReferencesAsync(jobId, cancellationToken);
        try
        {
            references = await adoption.AdoptAsync(jobId, cancellationToken) ? await jobs.ListReferencesAsync(jobId, cancellationToken) : references;
        }
        catch (AssetStoreUnavailableException fault) when (references.Count > 0 || workspace.Exists)
        {
            LogNotSearched(logger, jobId, fault.Message);
        }

        if (references.Count == 0 && !workspace.Exists && !await objects.AnyAsync(jobId, cancellationToken))
        {
            return JobErrors.Unknown(jobId);
        }

        return new JobReferenceSet(jobId, [.. references.Select((reference, position) =>
        {
            var path = JobAssetPath.OfReference(reference.Id, reference.Format);
            var key = AssetLayout.JobAsset(jobId, path);
            return new JobReference(reference, position, key, signer.Sign(key), $"{workspace.RelativePath}/{path}");
        })]);
    }

    [LoggerMessage(66, LogLevel.Warning, "Images of job {JobId} that are only in the store were not searched for: {Cause}")]
    private static partial void LogNotSearched(ILogger logger, JobId jobId, string cause);
}
