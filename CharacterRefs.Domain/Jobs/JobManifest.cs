using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Domain.Jobs;

/// <summary>
/// Everything that a job's stored set consists of. It is written after all the rest: a set without a manifest is not complete, and whatever a manifest
/// names was in the store when it was written.
/// </summary>
/// <param name="JobId">The job.</param>
/// <param name="StoredAt">When this state of the set was reached, UTC.</param>
/// <param name="Files">The files, each path once, in the order of their paths' code points.</param>
/// <param name="Versions">Replaced files that are kept, in the order of their paths.</param>
public sealed record JobManifest(JobId JobId, DateTimeOffset StoredAt, IReadOnlyList<JobAsset> Files, IReadOnlyList<JobAssetVersion> Versions)
{
    /// <summary>
    /// Keys of the job that this state does not need any more and that may still be there. Whoever removed them writes the manifest again without them,
    /// so that nothing is left over when a process dies in between. A key that the manifest names as well is never removed.
    /// </summary>
    public IReadOnlyList<AssetKey> Leftovers { get; init; } = [];

    /// <summary>The finished video: the file under <c>final/</c> that was written last and is not a version of another; <c>null</c> without one.</summary>
    public JobAsset? FinalVideo => FindFinalVideo(Files);

    /// <inheritdoc cref="FinalVideo"/>
    /// <param name="files">The files of a set.</param>
    public static JobAsset? FindFinalVideo(IReadOnlyCollection<JobAsset> files)
    {
        var paths = files.Select(file => file.Path).ToHashSet();
        return files
            .Where(file => file.Path.Role is JobAssetRole.Final && !(file.Path.ReadVersion() is { } version && paths.Contains(version.Of)))
            .OrderByDescending(file => file.ModifiedAt)
            .ThenBy(file => file.Path.Value, StringComparer.Ordinal)
            .FirstOrDefault();
    }
}
