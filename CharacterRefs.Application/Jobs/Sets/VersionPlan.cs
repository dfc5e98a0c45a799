using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Which versions are kept when files are replaced, and their numbers.</summary>
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
        var claimed = files.Select(file => file.Path).ToHashSet();
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
            if (replaced.GetValueOrDefault(path) is { } asset && line.LastOrDefault()?.Asset.Sha256 != asset.Sha256)
            {
                var added = new JobAssetVersion(path, 1, asset);
                moves.Add(added);
                line.Add(added);
            }

            var kept = line.TakeLast(limit).ToList();
            leftovers.AddRange(line.Take(line.Count - kept.Count).Where(version => !moves.Contains(version)).Select(version => version.Asset.Key));
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
