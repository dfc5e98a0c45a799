using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.DissociateReference;

/// <summary>
/// Removes an image from a job: from the manifest first, so that the set is complete at every moment, then its copies, and the association last, so that an
/// interrupted request can be repeated. A file of the same name with other bytes belongs to the pipeline and stays, also in the set.
/// </summary>
public sealed class DissociateReferenceHandler(
    JobLocks locks, IJobCatalog jobs, IJobsRoot workspaces, ManifestStore manifests, IAssetStore store, TimeProvider clock)
{
    /// <returns>
    /// The image; <see cref="ErrorKind.NotFound"/> when the job does not use it, <see cref="ErrorKind.Conflict"/> while another request changes the
    /// job, or when its manifest is not valid.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond; the association stays.</exception>
    /// <exception cref="LocalStorageException">The disk failed; the association stays.</exception>
    public Task<Result<CharacterReference>> HandleAsync(JobId jobId, CharacterReferenceId id, CancellationToken cancellationToken) =>
        locks.RunAsync(jobId, token => RemoveAsync(jobId, id, token), cancellationToken);

    private async Task<Result<CharacterReference>> RemoveAsync(JobId jobId, CharacterReferenceId id, CancellationToken cancellationToken)
    {
        if ((await jobs.ListReferencesAsync(jobId, cancellationToken)).SingleOrDefault(associated => associated.Id == id) is not { } reference)
        {
            return JobErrors.NotAssociated(jobId, id);
        }

        var opened = workspaces.Open(jobId, localBasePath: null);
        if (!opened.TryGet(out var workspace, out var rejected))
        {
            return rejected;
        }

        foreach (var path in JobAssetPath.AllOfReference(reference.Id, reference.Format))
        {
            if (await RemoveFromStoreAsync(jobId, reference, path, cancellationToken) is { } error)
            {
                return error;
            }
        }

        await WorkspaceImages.RemoveAsync(workspace, reference, cancellationToken);
        await jobs.DissociateAsync(jobId, id, cancellationToken);
        return reference;
    }

    private async Task<Error?> RemoveFromStoreAsync(
        JobId jobId, CharacterReference reference, JobAssetPath path, CancellationToken cancellationToken)
    {
        var found = await manifests.FindAsync(jobId, cancellationToken);
        if (!found.TryGet(out var manifest, out var error) && error.Kind is not ErrorKind.NotFound)
        {
            return error;
        }

        var named = manifest?.Files.SingleOrDefault(file => file.Path == path);
        if (named is not null && named.Sha256 != reference.Sha256)
        {
            return null;
        }

        if (named is not null)
        {
            await manifests.WriteAsync(
                manifest! with { StoredAt = clock.GetUtcNow(), Files = [.. manifest.Files.Where(file => file != named)] }, cancellationToken);
            await store.DeleteAsync(named.Key, cancellationToken);
        }

        var key = AssetLayout.JobAsset(jobId, path);
        if (path == JobAssetPath.OfReference(reference.Id, reference.Format)
            || (await store.FindAsync(key, cancellationToken) is { } copy
                && copy.Length == reference.SizeBytes && (copy.Sha256 ?? reference.Sha256) == reference.Sha256))
        {
            await store.DeleteAsync(key, cancellationToken);
        }

        return null;
    }
}
