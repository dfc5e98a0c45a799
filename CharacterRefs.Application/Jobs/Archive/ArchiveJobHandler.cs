using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.Archive;

/// <summary>Gives a job's set as one zip archive, by its manifest.</summary>
public sealed class ArchiveJobHandler(ManifestStore manifests, IAssetStore store)
{
    /// <param name="jobId">The job.</param>
    /// <param name="cancellationToken">Gives up looking.</param>
    /// <returns>
    /// The archive, of which nothing has been read yet; <see cref="ErrorKind.NotFound"/> without a manifest or with an empty one,
    /// <see cref="ErrorKind.Conflict"/> when the manifest cannot be understood or names what is refused.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer.</exception>
    public async Task<Result<JobArchive>> HandleAsync(JobId jobId, CancellationToken cancellationToken)
    {
        if (!(await manifests.FindAsync(jobId, cancellationToken)).TryGet(out var stored, out var error))
        {
            return error;
        }

        if (stored.RefusedPaths.Count > 0)
        {
            return ArchiveErrors.Refused(jobId, stored.RefusedPaths);
        }

        if (stored.Manifest.Files.Count == 0)
        {
            return JobErrors.NoAssets(jobId);
        }

        try
        {
            return new JobArchive(stored.Manifest, store);
        }
        catch (OverflowException)
        {
            return ArchiveErrors.TooLong(jobId);
        }
    }
}
