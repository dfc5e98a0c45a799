using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.Jobs.DeleteJob;

/// <summary>
/// Deletes a job: its manifest first, so that the rest is never taken for a complete set, then everything under its prefix, its links to images and the
/// digests of its files. The workspace belongs to the pipeline and stays. A repeated request finishes an interrupted one.
/// </summary>
public sealed partial class DeleteJobHandler(
    IAssetStore store, IJobCatalog catalog, IJobsRoot workspaces, IDigestMemory memory, JobLocks locks, JobSettings settings, ILogger<DeleteJobHandler> logger)
{
    /// <returns>
    /// The job; <see cref="ErrorKind.NotFound"/> when it has neither assets nor links, <see cref="ErrorKind.Conflict"/> while another request changes it.
    /// </returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not delete everything.</exception>
    public Task<Result<JobId>> HandleAsync(JobId jobId, CancellationToken cancellationToken) =>
        locks.RunAsync(jobId, token => DeleteAsync(jobId, token), cancellationToken);

    private async Task<Result<JobId>> DeleteAsync(JobId jobId, CancellationToken cancellationToken)
    {
        var keys = new List<AssetKey>();
        var foreign = 0;
        await foreach (var item in store.ListAllAsync(AssetLayout.Job(jobId), cancellationToken))
        {
            if (item.Asset is { } asset)
            {
                keys.Add(asset.Key);
            }
            else
            {
                foreign++;
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
        var links = await catalog.UnlinkAllAsync(jobId, cancellationToken);
        if (workspaces.Open(jobId, null).TryGet(out var workspace, out _))
        {
            await memory.ForgetAsync(workspace.Name, cancellationToken);
        }

        if (!isStored && links == 0)
        {
            return JobErrors.NoAssets(jobId);
        }

        LogDeleted(logger, jobId, keys.Count, links, foreign);
        return jobId;
    }

    [LoggerMessage(
        79,
        LogLevel.Information,
        "Job {JobId} was deleted: {Assets} objects and {Links} links to images; {Foreign} objects with illegal keys were kept")]
    private static partial void LogDeleted(ILogger logger, JobId jobId, int assets, int links, int foreign);
}
