using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.RemoveJobAsset;

/// <summary>
/// Takes one file out of a job's set. It is kept as a version when versions are kept. The workspace belongs to the pipeline: a file that is still there is
/// added again by the next persist.
/// </summary>
public sealed class RemoveJobAssetHandler(SetWriter sets, IJobCatalog catalog, JobLocks locks)
{
    /// <returns>
    /// The file; <see cref="ErrorKind.NotFound"/> without a manifest or when the set does not have the file, <see cref="ErrorKind.Conflict"/> when it is the
    /// copy of an image that is associated with the job, while another request changes the job, or when the manifest is not valid.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not accept the manifest; the one before is current.</exception>
    public Task<Result<JobAsset>> HandleAsync(JobId jobId, JobAssetPath path, CancellationToken cancellationToken) =>
        locks.RunAsync(jobId, token => RemoveAsync(jobId, path, token), cancellationToken);

    private async Task<Result<JobAsset>> RemoveAsync(JobId jobId, JobAssetPath path, CancellationToken cancellationToken)
    {
        if (!(await sets.OpenAsync(jobId, isRewritten: false, cancellationToken)).TryGet(out var set, out var error))
        {
            return error;
        }

        if (set.Manifest is null)
        {
            return JobErrors.NoManifest(jobId);
        }

        if (set.Find(path) is not { } file)
        {
            return JobErrors.NoSuchFile(jobId, path);
        }

        if ((await catalog.ListReferencesAsync(jobId, cancellationToken)).Any(image => JobAssetPath.AllOfReference(image.Id, image.Format).Contains(path)))
        {
            return new Error(ErrorKind.Conflict, $"{path} is an image that job {jobId} uses. Remove it from the character references of the job.");
        }

        await sets.CommitAsync(set, new SetChange { Removed = [file] }, cancellationToken);
        return file;
    }
}
