using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;

namespace CharacterRefs.Application.Jobs.ListJobs;

/// <summary>
/// Lists the jobs that have images, a workspace or objects in the store. No list of jobs is kept, so that it cannot be wrong: the three sources are merged
/// in the order in which the store lists folders, and only the jobs of the page are read.
/// </summary>
public sealed class ListJobsHandler(
    IJobCatalog catalog, IJobsRoot workspaces, IAssetStore store, ManifestStore manifests, SetReader sets, JobSettings settings)
{
    /// <exception cref="AssetStoreUnavailableException">The store did not respond.</exception>
    /// <exception cref="LocalStorageException">The catalog or the disk of the workspaces failed.</exception>
    public async Task<JobPage> HandleAsync(ListJobsQuery query, CancellationToken cancellationToken)
    {
        var images = await catalog.CountReferencesAsync(cancellationToken);
        var stored = await store.ListFoldersAsync(AssetLayout.Jobs, query.After?.ToString(), cancellationToken)
            .Select(name => JobId.TryParse(name, out var id) ? id : default(JobId?))
            .Where(id => id is not null)
            .Select(id => id!.Value)
            .Where(Matches)
            .Take(query.Limit + 1)
            .ToListAsync(cancellationToken);
        var page = images.Keys.Concat(workspaces.List())
            .Where(Matches)
            .Concat(stored)
            .Distinct()
            .OrderBy(Order, StringComparer.Ordinal)
            .Take(query.Limit + 1)
            .ToList();
        var jobs = new JobSummary[Math.Min(page.Count, query.Limit)];
        await Parallel.ForAsync(
            0,
            jobs.Length,
            new ParallelOptions { MaxDegreeOfParallelism = settings.Concurrency, CancellationToken = cancellationToken },
            async (index, token) => jobs[index] = await DescribeAsync(page[index], images.GetValueOrDefault(page[index]), token));
        return new JobPage(jobs, page.Count > query.Limit ? page[query.Limit - 1] : null);

        bool Matches(JobId id) => (query.Text is null || id.ToString().Contains(query.Text, StringComparison.OrdinalIgnoreCase))
            && (query.After is not { } after || string.CompareOrdinal(Order(id), Order(after)) > 0);
    }

    private static string Order(JobId id) => $"{id}/";

    private async Task<JobSummary> DescribeAsync(JobId jobId, int images, CancellationToken cancellationToken)
    {
        // With a manifest nothing else is read.
        if ((await manifests.FindAsync(jobId, cancellationToken)).Value is { } manifest)
        {
            return Summarize(manifest.Files.Select(file => file.SizeBytes).ToList(), manifest.StoredAt, manifest.IsComplete);
        }

        var files = (await sets.FindAsync(jobId, cancellationToken)).Value?.Files ?? [];
        return Summarize(files.Select(file => file.SizeBytes).ToList(), files.Count > 0 ? files.Max(file => file.StoredAt) : null, isComplete: false);

        JobSummary Summarize(List<long> sizes, DateTimeOffset? updatedAt, bool isComplete) => new()
        {
            JobId = jobId,
            ImageCount = images,
            FileCount = sizes.Count,
            TotalBytes = sizes.Sum(),
            UpdatedAt = updatedAt,
            IsComplete = isComplete,
        };
    }
}
