using CharacterRefs.Application.Ports;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.ListJobReferences;

/// <summary>Tells which images a job uses and where its copies are. The catalog knows; neither the store nor the disk is asked.</summary>
public sealed class ListJobReferencesHandler(IJobCatalog jobs, IJobWorkspaces workspaces, IAssetUrlSigner signer, StorageSettings settings)
{
    /// <returns>The images in order; none for an unknown job.</returns>
    /// <exception cref="AssetStoreUnavailableException">There are no credentials to sign with.</exception>
    public async Task<Result<JobReferenceSet>> HandleAsync(JobId jobId, CancellationToken cancellationToken)
    {
        var opened = workspaces.Open(jobId, localBasePath: null);
        if (!opened.TryGet(out var workspace, out var error))
        {
            return error;
        }

        var references = await jobs.ListReferencesAsync(jobId, cancellationToken);
        return new JobReferenceSet(jobId, [.. references.Select((reference, position) =>
        {
            var path = JobAssetPath.OfReference(reference.Id, reference.Format);
            var key = AssetLayout.JobAsset(jobId, path);
            return new JobReference(reference, position, key, signer.Sign(key, settings.PresignedUrlExpiry), $"{workspace.RelativePath}/{path}");
        })]);
    }
}
