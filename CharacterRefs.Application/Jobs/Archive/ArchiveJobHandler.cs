using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Archive;

/// <summary>
/// Returns a job's set as one zip archive. Without a manifest it has the files that a restore would write, and each of them is read for its hashes first.
/// </summary>
public sealed class ArchiveJobHandler(ManifestStore manifests, JobObjects objects, IAssetStore store, ArchiveFiles files)
{
    /// <returns>
    /// The archive; with a manifest, nothing of it has been read yet; <see cref="ErrorKind.NotFound"/> when the store has no object of the job,
    /// <see cref="ErrorKind.Conflict"/> when the manifest is not valid or has invalid entries.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    public async Task<Result<JobArchive>> HandleAsync(JobId jobId, CancellationToken cancellationToken)
    {
        if (!(await manifests.FindAsync(jobId, cancellationToken)).TryGet(out var manifest, out var error))
        {
            manifest = error.Kind is ErrorKind.NotFound ? await objects.FindUnlistedAsync(jobId, cancellationToken) : null;
            if (manifest is null)
            {
                return error.Kind is ErrorKind.NotFound ? JobErrors.NoAssets(jobId) : error;
            }
        }

        if (manifest.RefusedPaths.Count > 0)
        {
            return ArchiveErrors.Refused(jobId, manifest.RefusedPaths);
        }

        try
        {
            return new JobArchive(manifest, store, files);
        }
        catch (OverflowException)
        {
            return ArchiveErrors.TooLong(jobId);
        }
    }
}
