using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Application.Jobs.ListJobReferences;

/// <summary>
/// Lists the images that a job uses, with its copies. The catalog has the links; disk and store are only read for a job without images, to find out whether
/// it exists.
/// </summary>
public sealed class ListJobReferencesHandler(IJobCatalog jobs, IJobsRoot workspaces, IAssetStore store, JobUrlSigner signer)
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
        if (references.Count == 0 && !workspace.Exists && !await store.ListAsync(AssetLayout.Job(jobId), cancellationToken).AnyAsync(cancellationToken))
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
}
