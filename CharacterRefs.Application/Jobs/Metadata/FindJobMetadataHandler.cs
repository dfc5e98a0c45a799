using CharacterRefs.Application.Jobs.Files;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Metadata;

/// <summary>Reads a job's <c>metadata.json</c> from its set, or from its workspace when the set has none.</summary>
public sealed class FindJobMetadataHandler(ManifestStore manifests, IAssetStore store, IJobsRoot workspaces, JobFileReader files)
{
    private const int MaxAttempts = 3;

    /// <returns>
    /// The document; <see cref="ErrorKind.NotFound"/> without one, <see cref="ErrorKind.InternalError"/> when the bytes in the store are not those that were
    /// stored.
    /// </returns>
    public async Task<Result<JobMetadata>> HandleAsync(JobId jobId, CancellationToken cancellationToken)
    {
        // The file may be moved between reading the manifest and opening the object.
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            if ((await manifests.FindAsync(jobId, cancellationToken)).Value is not { } manifest)
            {
                // An earlier system wrote no manifest, and an invalid one does not describe this file.
                if ((await OpenAsync(jobId, AssetLayout.JobAsset(jobId, JobAssetPath.Metadata), cancellationToken)
                    ?? await OpenAsync(jobId, AssetLayout.JobAssetElsewhere(jobId, JobAssetPath.Metadata), cancellationToken)) is { } unlisted)
                {
                    return unlisted;
                }

                break;
            }

            if (manifest.Files.SingleOrDefault(file => file.Path == JobAssetPath.Metadata) is not { } asset)
            {
                break;
            }

            if (await OpenAsync(jobId, asset.Key, cancellationToken) is { } found)
            {
                return found;
            }
        }

        return await OpenInWorkspaceAsync(jobId, cancellationToken) is { } local
            ? local
            : JobErrors.NoMetadata(jobId);
    }

    private async Task<Result<JobMetadata>?> OpenAsync(JobId jobId, AssetKey key, CancellationToken cancellationToken)
    {
        if (await store.IsDamagedAsync(key, cancellationToken))
        {
            return new Error(
                ErrorKind.InternalError,
                $"The stored {JobAssetPath.Metadata} of job {jobId} is damaged: it does not match its recorded length and hash. Repair the job's assets.");
        }

        return await store.OpenReadAsync(key, null, cancellationToken) is { } asset
            ? (Result<JobMetadata>)new JobMetadata(asset.Content, asset.Metadata.Sha256)
            : null;
    }

    private async Task<JobMetadata?> OpenInWorkspaceAsync(JobId jobId, CancellationToken cancellationToken)
    {
        if (!workspaces.Open(jobId, null).TryGet(out var workspace, out _))
        {
            return null;
        }

        return await files.OpenAsync(jobId, workspace, JobAssetPath.Metadata, cancellationToken) is { } file
            ? new JobMetadata(file.Content, file.Digest.Sha256)
            : null;
    }
}
