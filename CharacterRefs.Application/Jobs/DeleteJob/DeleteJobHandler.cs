using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.DeleteJob;

/// <summary>
/// Deletes a job: its manifest first, so that the rest is never taken for a complete set, then its files, versions and incoming bytes, its associations with
/// images and the digests of its files. The workspace belongs to the pipeline and stays, and so do objects under its prefix that have no place in a set, unless
/// they are requested. A repeated request finishes an interrupted one.
/// </summary>
public sealed partial class DeleteJobHandler(
    IAssetStore store, IJobCatalog catalog, IJobsRoot workspaces, IDigestMemory memory, JobLocks locks, JobSettings settings, ILogger<DeleteJobHandler> logger)
{
    /// <param name="withIgnored">Whether to delete also what a listing of the set names as ignored.</param>
    /// <param name="cancellationToken">Stops; the next request continues.</param>
    /// <returns>
    /// What stays; <see cref="ErrorKind.NotFound"/> when it has neither assets nor associations, <see cref="ErrorKind.Conflict"/> while another request changes
    /// it.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not delete everything.</exception>
    public Task<Result<DeletedJob>> HandleAsync(JobId jobId, bool withIgnored, CancellationToken cancellationToken) =>
        locks.RunAsync(jobId, token => DeleteAsync(jobId, withIgnored, token), cancellationToken);

    private async Task<Result<DeletedJob>> DeleteAsync(JobId jobId, bool withIgnored, CancellationToken cancellationToken)
    {
        var keys = new List<AssetKey>();
        var kept = new List<string>();
        await foreach (var item in store.ListAllAsync(AssetLayout.Job(jobId), cancellationToken))
        {
            if (item.Asset is { } asset && (withIgnored || AssetLayout.IsOfSet(jobId, asset.Key)))
            {
                keys.Add(asset.Key);
            }
            else if (JobObjects.IsContent(jobId, item))
            {
                kept.Add(item.Name);
            }
        }

        var manifest = AssetLayout.JobManifest(jobId);
        var isStored = keys.Count > 0;
        if (keys.Remove(manifest))
        {
            await store.DeleteAsync(manifest, cancellationToken);
        }

        await Parallel.ForEachAsync(
            keys,
            new ParallelOptions { MaxDegreeOfParallelism = settings.Concurrency, CancellationToken = cancellationToken },
            async (key, token) => await store.DeleteAsync(key, token));
        var associations = await catalog.DissociateAllAsync(jobId, cancellationToken);
        if (workspaces.Open(jobId, null).TryGet(out var workspace, out _))
        {
            await memory.ForgetAsync(workspace.Name, cancellationToken);
        }

        if (!isStored && associations == 0 && kept.Count == 0)
        {
            return JobErrors.NoAssets(jobId);
        }

        LogDeleted(logger, jobId, keys.Count, associations, kept.Count);
        return new DeletedJob(jobId, kept);
    }

    [LoggerMessage(
        79,
        LogLevel.Information,
        "Job {JobId} was deleted: {Assets} objects and {Associations} associations with images; {Kept} other objects were kept")]
    private static partial void LogDeleted(ILogger logger, JobId jobId, int assets, int associations, int kept);
}
