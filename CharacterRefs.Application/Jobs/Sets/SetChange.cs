namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>A change of a job's set; files that it does not name stay as they are.</summary>
internal sealed record SetChange
{
    /// <summary>Files with their bytes in the store, new or in place of those of the same paths.</summary>
    public IReadOnlyCollection<JobAsset> Saved { get; init; } = [];

    /// <summary>Files that leave the set. Their bytes are kept as versions as far as the limit allows.</summary>
    public IReadOnlyCollection<JobAsset> Removed { get; init; } = [];

    /// <summary>Keys that nobody needs once the change is committed; they are deleted then.</summary>
    public IReadOnlyCollection<AssetKey> Leftovers { get; init; } = [];

    /// <summary>Files that the set cannot have; <c>null</c> = those of the current manifest.</summary>
    public IReadOnlyList<RefusedJobFile>? RefusedFiles { get; init; }

    /// <summary>Whether it changes anything of this set.</summary>
    public bool Changes(CurrentSet set) => Saved.Count + Removed.Count > 0
        || (set.Manifest is { } manifest && RefusedFiles is not null && !RefusedFiles.SequenceEqual(manifest.RefusedFiles));
}
