using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.Archive;

/// <summary>Returns a job's set as one zip archive.</summary>
public sealed class ArchiveJobHandler(ManifestStore manifests, IAssetStore store)
{
    /// <returns>
    /// The archive, of which nothing has been read yet; <see cref="ErrorKind.NotFound"/> without a manifest or with an empty one,
    /// <see cref="ErrorKind.Conflict"/> when the manifest is not valid or has invalid entries.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    public async Task<Result<JobArchive>> HandleAsync(JobId jobId, CancellationToken cancellationToken)
    {
        if (!(await manifests.FindAsync(jobId, cancellationToken)).TryGet(out var manifest, out var error))
        {
            return error;
        }

        if (manifest.RefusedPaths.Count > 0)
        {
            return ArchiveErrors.Refused(jobId, manifest.RefusedPaths);
        }

        if (manifest.Files.Count == 0)
        {
            return JobErrors.NoAssets(jobId);
        }

        try
        {
            return new JobArchive(manifest, store);
        }
        catch (OverflowException)
        {
            return ArchiveErrors.TooLong(jobId);
        }
    }
}
