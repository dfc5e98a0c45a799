using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Application.Jobs.Metadata;

/// <summary>Reads a job's <c>metadata.json</c>: from its stored set, and when that has none from its workspace.</summary>
public sealed class FindJobMetadataHandler(ManifestStore manifests, IAssetStore store, IJobsRoot workspaces, IContentDigester digester)
{
    private const int Attempts = 3;

    /// <returns>The document, or <see cref="ErrorKind.NotFound"/>.</returns>
    public async Task<Result<JobMetadata>> HandleAsync(JobId jobId, CancellationToken cancellationToken)
    {
        // More than once, because a file may be replaced and moved between the look into the manifest and the look into the store.
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if ((await manifests.FindAsync(jobId, cancellationToken)).Value?.Manifest is not { } manifest)
            {
                // An earlier system wrote no manifest, and an unreadable one says nothing of this file.
                if (await OpenAsync(AssetLayout.JobAsset(jobId, JobAssetPath.Metadata), cancellationToken) is { } unnamed)
                {
                    return unnamed;
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
            : new Error(ErrorKind.NotFound, $"Job {jobId} has no {JobAssetPath.Metadata}, neither in the store nor in its workspace");
    }

    private async Task<JobMetadata?> OpenAsync(AssetKey key, CancellationToken cancellationToken) =>
        await store.OpenReadAsync(key, null, cancellationToken) is { } asset ? new JobMetadata(asset.Content, asset.Metadata.Sha256) : null;

    private async Task<JobMetadata?> OpenInWorkspaceAsync(JobId jobId, CancellationToken cancellationToken)
    {
        if (!workspaces.Open(jobId, null).TryGet(out var workspace, out _))
        {
            return null;
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (workspace.Find(JobAssetPath.Metadata) is not { } file)
                {
                    return null;
                }

                await using var first = workspace.OpenRead(file);
                var digest = await digester.DigestAsync(first, cancellationToken);
                return new JobMetadata(workspace.OpenRead(file), digest.Sha256);
            }
            catch (WorkspaceFileChangedException error)
            {
                if (attempt == Attempts)
                {
                    throw new LocalStorageException($"{JobAssetPath.Metadata} changes faster than it can be read.", error);
                }
            }
        }
    }
}
