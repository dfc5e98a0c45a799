using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Application.Jobs.ListJobAssets;

/// <summary>A file in the store with a presigned URL.</summary>
/// <param name="Url">Its presigned URL.</param>
public sealed record ListedJobAsset(SetFile File, PresignedUrl Url)
{
    /// <summary>The file that it is a version of; <c>null</c> for a file of the set.</summary>
    public JobAssetPath? VersionOf { get; init; }

    /// <summary>Its number as a version, from 1; <c>null</c> for a file of the set.</summary>
    public int? Version { get; init; }
}
