using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Whether the bytes that a manifest names are at the keys that the layout gives their paths.</summary>
internal static class Placement
{
    public static bool IsInPlace(this JobAsset asset, JobId jobId) => asset.Key == AssetLayout.JobAsset(jobId, asset.Path);

    /// <summary>The same bytes at the key that the layout gives the path.</summary>
    public static JobAsset InPlace(this JobAsset asset, JobId jobId) => asset with { Key = AssetLayout.JobAsset(jobId, asset.Path) };

    /// <summary>Whether this state was committed and moving its bytes was not finished.</summary>
    public static bool IsUnfinished(this JobManifest manifest) =>
        manifest.Leftovers.Count > 0
        || manifest.Files.Any(file => !file.IsInPlace(manifest.JobId))
        || manifest.Versions.Any(version => !version.Asset.IsInPlace(manifest.JobId));
}
