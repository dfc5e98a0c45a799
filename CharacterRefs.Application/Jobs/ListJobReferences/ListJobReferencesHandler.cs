using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Application.Jobs.ListJobReferences;

/// <summary>
/// Tells which images a job uses and where its copies are. The catalog knows; only for a job without images are disk and store asked, whether there is such
/// a job at all.
/// </summary>
public sealed class ListJobReferencesHandler(IJobCatalog jobs, IJobsRoot workspaces, IAssetStore store, IAssetUrlSigner signer, StorageSettings settings)
{
    /// <returns>
    /// The images in order; none for a job that has a workspace or anything in the store, and <see cref="ErrorKind.NotFound"/> for one that has neither.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">There are no credentials to sign with, or only the store could tell of the job and did not answer.</exception>
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
            return new JobReference(reference, position, key, signer.Sign(key, settings.PresignedUrlExpiry), $"{workspace.RelativePath}/{path}");
        })]);
    }
}
