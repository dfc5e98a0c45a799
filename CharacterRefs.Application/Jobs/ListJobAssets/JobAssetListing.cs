using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Application.Jobs.ListJobAssets;

/// <summary>A job's set with presigned URLs.</summary>
public sealed record JobAssetListing
{
    public required JobId JobId { get; init; }

    /// <summary>When the set was committed, UTC; <c>null</c> without a manifest: whether the set is complete is then unknown.</summary>
    public required DateTimeOffset? StoredAt { get; init; }

    /// <summary>The files, in the order of their paths' code points.</summary>
    public required IReadOnlyList<ListedJobAsset> Files { get; init; }

    /// <summary>Kept versions of replaced files.</summary>
    public required IReadOnlyList<ListedJobAsset> Versions { get; init; }

    /// <summary>Presigned URL of the finished video; <c>null</c> without one.</summary>
    public required PresignedUrl? FinalVideo { get; init; }

    /// <summary>Whether there is a manifest and it has every file that the workspace had.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Objects of the job that are neither files nor versions of the set.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }

    /// <summary>Entries that cannot be files of a workspace, as they are in the store, and files that could not be part of the set.</summary>
    public required IReadOnlyList<JobFileFailure> Refused { get; init; }
}
