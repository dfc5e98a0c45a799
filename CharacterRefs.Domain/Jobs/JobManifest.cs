using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Domain.Jobs;

/// <summary>
/// The files of a job's set. It is written last: a set without a manifest is not complete, and every file that a manifest names was in the store when it
/// was written.
/// </summary>
/// <param name="StoredAt">When this state of the set was committed, UTC.</param>
/// <param name="Files">The files, each path once, in the order of their paths' code points.</param>
/// <param name="Versions">Kept versions of replaced files, in the order of their paths.</param>
public sealed record JobManifest(JobId JobId, DateTimeOffset StoredAt, IReadOnlyList<JobAsset> Files, IReadOnlyList<JobAssetVersion> Versions)
{
    /// <summary>
    /// Keys of the job that this state no longer needs. After they are deleted, the manifest is written again without them, so that a killed process leaves
    /// no orphans. A key that the manifest also names is never deleted.
    /// </summary>
    public IReadOnlyList<AssetKey> Leftovers { get; init; } = [];

    /// <summary>
    /// Entries that were dropped when the manifest was read: their paths are illegal or occur twice, or their keys are outside the job's prefix. Writing a
    /// manifest ignores them.
    /// </summary>
    public IReadOnlyList<string> RefusedPaths { get; init; } = [];

    /// <summary>
    /// Files of the workspace that could not be part of this state, in the order of their paths' code points. A file that the set had before is still among
    /// <see cref="Files"/>, with its earlier bytes.
    /// </summary>
    public IReadOnlyList<RefusedJobFile> RefusedFiles { get; init; } = [];

    /// <summary>The state of the manifest in the store that this one replaces. It is not part of the manifest.</summary>
    public AssetTag Replaces { get; init; } = AssetTag.Unknown;

    /// <summary>Whether the set has every file that the workspace had.</summary>
    public bool IsComplete => RefusedFiles.Count == 0;

    /// <summary>The finished video: the file under <c>final/</c> that was written last and is not a version of another; <c>null</c> without one.</summary>
    public JobAsset? FinalVideo => FindFinalVideo(Files);

    /// <inheritdoc cref="FinalVideo"/>
    /// <param name="files">The files of a set.</param>
    public static JobAsset? FindFinalVideo(IReadOnlyCollection<JobAsset> files) => FindFinalVideo(files, file => file.Path, file => file.ModifiedAt);

    /// <inheritdoc cref="FinalVideo"/>
    /// <param name="files">The files of a set, in whatever form.</param>
    /// <param name="writtenAt">When they were written.</param>
    public static T? FindFinalVideo<T>(IReadOnlyCollection<T> files, Func<T, JobAssetPath> pathOf, Func<T, DateTimeOffset> writtenAt)
        where T : class
    {
        var paths = files.Select(pathOf).ToHashSet();
        return files
            .Where(file => pathOf(file).Role is JobAssetRole.Final && !(pathOf(file).ReadVersion() is { } version && paths.Contains(version.Of)))
            .OrderByDescending(writtenAt)
            .ThenBy(file => pathOf(file).Value, StringComparer.Ordinal)
            .FirstOrDefault();
    }
}
