using CharacterRefs.Application.Jobs.Files;
using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Application.Jobs.Metadata;

/// <summary>Reads a job's <c>metadata.json</c> from its set, or from its workspace when the set has none.</summary>
public sealed class FindJobMetadataHandler(ManifestStore manifests, IAssetStore store, IJobsRoot workspaces, JobFileReader files)
{
    private const int MaxAttempts = 3;

    /// <returns>The document, or <see cref="ErrorKind.NotFound"/>.</returns>
    public async Task<Result<JobMetadata>> HandleAsync(JobId jobId, CancellationToken cancellationToken)
    {
        // The file may be moved between reading the manifest and opening the object.
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            if ((await manifests.FindAsync(jobId, cancellationToken)).Value is not { } manifest)
            {
                // An earlier system wrote no manifest, and an invalid one does not describe this file.
                if ((await OpenAsync(AssetLayout.JobAsset(jobId, JobAssetPath.Metadata), cancellationToken)
                    ?? await OpenAsync(AssetLayout.JobAssetElsewhere(jobId, JobAssetPath.Metadata), cancellationToken)) is { } unlisted)
                {
                    return unlisted;
                }

                break;
            }

            if (manifest.Files.SingleOrDefault(file => file.Path == JobAssetPath.Metadata) is not { } asset)
            {
                break;
            }

            if (await OpenAsync(asset.Key, cancellationToken) is { } found)
            {
                return found;
            }
        }

        return await OpenInWorkspaceAsync(jobId, cancellationToken) is { } local
            ? local
            : new Error(ErrorKind.NotFound, $"Job {jobId} has no {JobAssetPath.Metadata} in the store or in its workspace.");
    }

    private async Task<JobMetadata?> OpenAsync(AssetKey key, CancellationToken cancellationToken) =>
        await store.OpenReadAsync(key, null, cancellationToken) is { } asset ? new JobMetadata(asset.Content, asset.Metadata.Sha256) : null;

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
