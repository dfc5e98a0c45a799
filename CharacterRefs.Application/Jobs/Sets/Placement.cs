using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>What of a manifest is not yet as it is to stay.</summary>
internal static class Placement
{
    /// <summary>Whether the bytes are under the key that the layout gives the path.</summary>
    public static bool IsInPlace(this JobAsset asset, JobId jobId) => asset.Key == AssetLayout.JobAsset(jobId, asset.Path);

    /// <summary>The same bytes under the key that the layout gives the path.</summary>
    public static JobAsset InPlace(this JobAsset asset, JobId jobId) => asset with { Key = AssetLayout.JobAsset(jobId, asset.Path) };

    /// <summary>Whether somebody committed this state and did not come to the end of putting things in their places.</summary>
    public static bool IsUnfinished(this JobManifest manifest) =>
        manifest.Leftovers.Count > 0
        || manifest.Files.Any(file => !file.IsInPlace(manifest.JobId))
        || manifest.Versions.Any(version => !version.Asset.IsInPlace(manifest.JobId));
}
