namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>
/// Which versions are kept when files are replaced or backed up, and their numbers. When there are too many, those whose bytes exist elsewhere go first, so
/// that a duplicate never costs the only copy of other bytes.
/// </summary>
/// <param name="Versions">All that are kept. A new or renumbered one still has the current key of its bytes.</param>
/// <param name="Leftovers">Keys to delete: of versions that are not kept or were renumbered.</param>
internal sealed record VersionPlan(IReadOnlyList<JobAssetVersion> Versions, IReadOnlyList<AssetKey> Leftovers)
{
    /// <param name="set">The current set with its versions.</param>
    /// <param name="files">All files of the new set; no version gets one of their names.</param>
    /// <param name="outgoing">Files to keep as versions, each with the current key of its bytes.</param>
    /// <param name="present">Every key in use, also those that no manifest names.</param>
    /// <param name="limit">How many versions of one file are kept.</param>
    public static VersionPlan Make(
        CurrentSet set, IReadOnlyCollection<JobAsset> files, IReadOnlyCollection<JobAsset> outgoing, IEnumerable<AssetKey> present, int limit)
    {
        var current = files.ToDictionary(file => file.Path, file => file.Sha256);
        var claimed = current.Keys.ToHashSet();
        var replaced = outgoing.ToDictionary(asset => asset.Path);
        var changing = set.Versions.Where(version => claimed.Contains(version.Asset.Path)).Select(version => version.Of).Concat(replaced.Keys).ToHashSet();
        var numbers = Largest(present
            .Concat(set.Versions.Select(version => AssetLayout.JobAsset(set.JobId, version.Asset.Path)))
            .Concat(files.Select(file => AssetLayout.JobAsset(set.JobId, file.Path))));
        var known = set.Versions.ToLookup(version => version.Of);
        var versions = set.Versions.Where(version => !changing.Contains(version.Of)).ToList();
        var leftovers = new List<AssetKey>();
        foreach (var path in changing)
        {
            var line = known[path].OrderBy(version => version.Number).ToList();
            var moves = new HashSet<JobAssetVersion>(line.Where(version => claimed.Contains(version.Asset.Path)));
            ContentHash? now = current.TryGetValue(path, out var hash) ? hash : null;
            var isBackup = false;
            if (replaced.GetValueOrDefault(path) is { } asset)
            {
                isBackup = now == asset.Sha256;
                if (isBackup ? line.TrueForAll(version => version.Asset.Sha256 != now) : line.LastOrDefault()?.Asset.Sha256 != asset.Sha256)
                {
                    var added = new JobAssetVersion(path, 1, asset);
                    moves.Add(added);
                    line.Add(added);
                }
            }

            // The backup of a file that is not replaced yet does not count.
            var dropped = DroppedOf(line, isBackup ? limit + 1 : limit, isBackup ? null : now);
            var kept = line.Where(version => !dropped.Contains(version)).ToList();
            leftovers.AddRange(line.Where(version => dropped.Contains(version) && !moves.Contains(version)).Select(version => version.Asset.Key));
            var number = numbers.GetValueOrDefault(AssetLayout.JobAsset(set.JobId, path).Value);

            // After one is renumbered, all newer ones need larger numbers.
            var moving = false;
            foreach (var version in kept)
            {
                moving |= moves.Contains(version);
                versions.Add(moving ? Numbered(version, ++number) : version);
                if (moving && version.Asset.Path != path)
                {
                    leftovers.Add(version.Asset.Key);
                }
            }
        }

        return new VersionPlan(versions, leftovers);
    }

    /// <summary>The version under another number; its bytes stay where they are.</summary>
    public static JobAssetVersion Numbered(JobAssetVersion version, int number) =>
        version with { Number = number, Asset = version.Asset with { Path = version.Of.ToVersion(number) } };

    /// <param name="line">The versions of one file, oldest first.</param>
    /// <param name="limit">How many stay.</param>
    /// <param name="now">The bytes of the file itself, which make a version of the same bytes a duplicate; <c>null</c> when they do not.</param>
    private static HashSet<JobAssetVersion> DroppedOf(List<JobAssetVersion> line, int limit, ContentHash? now)
    {
        var newest = line.GroupBy(version => version.Asset.Sha256).Select(same => same.Last()).ToHashSet();
        return line
            .OrderByDescending(version => version.Asset.Sha256 == now || !newest.Contains(version)) // stable: the oldest of each kind first
            .Take(line.Count - limit)
            .ToHashSet();
    }

    private static Dictionary<string, int> Largest(IEnumerable<AssetKey> keys)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (JobAssetPath.ReadVersion(key.Value) is (var of, var number))
            {
                numbers[of] = Math.Max(numbers.GetValueOrDefault(of), number);
            }
        }

        return numbers;
    }
}
