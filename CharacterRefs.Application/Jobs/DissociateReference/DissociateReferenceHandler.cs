using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Jobs.DissociateReference;

/// <summary>
/// Takes an image from a job: out of the manifest first, so that the set stays complete at every moment, then the copies, and the link last, so that
/// what was broken off can be repeated. A file of the same name with other bytes is the pipeline's own and stays, also in the set.
/// </summary>
public sealed class DissociateReferenceHandler(
    JobLocks locks, IJobCatalog jobs, IJobsRoot workspaces, ManifestStore manifests, IAssetStore store, TimeProvider clock)
{
    /// <returns>
    /// The image; <see cref="ErrorKind.NotFound"/> when the job does not use it, <see cref="ErrorKind.Conflict"/> while another request is at work on the
    /// job, or when its manifest cannot be understood.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not answer; the link stands.</exception>
    /// <exception cref="LocalStorageException">The disk refused; the link stands.</exception>
    public Task<Result<CharacterReference>> HandleAsync(JobId jobId, CharacterReferenceId id, CancellationToken cancellationToken) =>
        locks.RunAsync(jobId, token => RemoveAsync(jobId, id, token), cancellationToken);

    private async Task<Result<CharacterReference>> RemoveAsync(JobId jobId, CharacterReferenceId id, CancellationToken cancellationToken)
    {
        if ((await jobs.ListReferencesAsync(jobId, cancellationToken)).SingleOrDefault(linked => linked.Id == id) is not { } reference)
        {
            return new Error(ErrorKind.NotFound, $"Character reference image with ID {id} is not associated with job {jobId}");
        }

        var opened = workspaces.Open(jobId, localBasePath: null);
        if (!opened.TryGet(out var workspace, out var refused))
        {
            return refused;
        }

        if (await RemoveFromStoreAsync(jobId, reference, cancellationToken) is { } error)
        {
            return error;
        }

        await WorkspaceImages.RemoveAsync(workspace, reference, cancellationToken);
        await jobs.UnlinkAsync(jobId, id, cancellationToken);
        return reference;
    }

    private async Task<Error?> RemoveFromStoreAsync(JobId jobId, CharacterReference reference, CancellationToken cancellationToken)
    {
        var found = await manifests.FindAsync(jobId, cancellationToken);
        if (!found.TryGet(out var stored, out var error) && error.Kind is not ErrorKind.NotFound)
        {
            return error;
        }

        var path = JobAssetPath.OfReference(reference.Id, reference.Format);
        var named = stored?.Manifest.Files.SingleOrDefault(file => file.Path == path);
        if (named is not null && named.Sha256 != reference.Sha256)
        {
            return null;
        }

        if (named is not null)
        {
            var manifest = stored!.Manifest;
            await manifests.WriteAsync(
                manifest with { StoredAt = clock.GetUtcNow(), Files = [.. manifest.Files.Where(file => file != named)] }, cancellationToken);
            await store.DeleteAsync(named.Key, cancellationToken);
        }

        await store.DeleteAsync(AssetLayout.JobAsset(jobId, path), cancellationToken);
        return null;
    }
}
