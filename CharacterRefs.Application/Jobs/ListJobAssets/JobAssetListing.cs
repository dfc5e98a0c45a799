using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.ListJobAssets;

/// <summary>A job's set with addresses.</summary>
public sealed record JobAssetListing
{
    /// <summary>The job.</summary>
    public required JobId JobId { get; init; }

    /// <summary>When this state of the set was reached, UTC; <c>null</c> without a manifest: then nobody knows whether the set is complete.</summary>
    public required DateTimeOffset? StoredAt { get; init; }

    /// <summary>The files, in the order of their paths' code points.</summary>
    public required IReadOnlyList<ListedJobAsset> Files { get; init; }

    /// <summary>Replaced files that are kept.</summary>
    public required IReadOnlyList<ListedJobAsset> Versions { get; init; }

    /// <summary>Address of the finished video; <c>null</c> without one.</summary>
    public required PresignedUrl? FinalVideo { get; init; }

    /// <summary>What is refused, as it stands in the store.</summary>
    public required IReadOnlyList<JobFileFailure> Refused { get; init; }
}
