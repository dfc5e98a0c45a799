using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>Searches all jobs for images that an earlier system put into them, so that they are found by id before anything touches their job.</summary>
public sealed class JobImageSearch(IAssetStore store, JobImageAdoption adoption, TimeProvider clock, ILogger<JobImageSearch> logger)
{
    /// <summary>Adopts and associates the images of every job in the store, job after job. Costs one listing for each.</summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not respond; images associated so far stay.</exception>
    /// <exception cref="LocalStorageException">The catalog or the local disk failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var folders = await store.ListFoldersAsync(AssetLayout.Jobs, null, cancellationToken).ToListAsync(cancellationToken);
        using var progress = new WorkProgress("Looking for images of an earlier system in jobs", () => folders.Count, clock, logger);
        foreach (var folder in folders)
        {
            if (JobId.TryParse(folder, out var jobId))
            {
                await adoption.AdoptAsync(jobId, cancellationToken);
            }

            progress.Advance();
        }
    }
}
