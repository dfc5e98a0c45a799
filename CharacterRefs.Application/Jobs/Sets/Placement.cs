namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Whether the bytes that a manifest names are at the keys that the layout gives their paths.</summary>
internal static class Placement
{
    public static bool IsInPlace(this JobAsset asset, JobId jobId) => asset.Key == AssetLayout.JobAsset(jobId, asset.Path);

    /// <summary>The same bytes at the key that the layout gives the path.</summary>
    public static JobAsset InPlace(this JobAsset asset, JobId jobId) => asset with { Key = AssetLayout.JobAsset(jobId, asset.Path) };

    /// <summary>Every key that belongs to the manifest, with those that moves have yet to fill or to delete.</summary>
    public static HashSet<AssetKey> KnownKeys(this JobManifest manifest) =>
        [
            .. manifest.Files.Concat(manifest.Versions.Select(version => version.Asset))
                .SelectMany(asset => new[] { asset.Key, AssetLayout.JobAsset(manifest.JobId, asset.Path) }),
            .. manifest.Leftovers,
            AssetLayout.JobManifest(manifest.JobId),
        ];

    /// <summary>Whether this state was committed and moving its bytes was not finished.</summary>
    public static bool IsUnfinished(this JobManifest manifest) =>
        manifest.Leftovers.Count > 0
        || manifest.Files.Any(file => !file.IsInPlace(manifest.JobId))
        || manifest.Versions.Any(version => !version.Asset.IsInPlace(manifest.JobId));
}
