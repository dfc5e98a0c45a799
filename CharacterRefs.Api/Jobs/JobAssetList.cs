namespace CharacterRefs.Api.Jobs;

/// <summary>What the store has of a job.</summary>
public sealed record JobAssetList
{
    /// <summary>The job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>Whether a manifest says what the set consists of; false for what an earlier system, or an unfinished first persist, left.</summary>
    /// <example>true</example>
    public required bool Complete { get; init; }

    /// <summary>When this state of the set was reached, RFC 3339 UTC; null without a manifest.</summary>
    /// <example>2026-11-22T18:00:07.000000Z</example>
    public DateTimeOffset? StoredAt { get; init; }

    /// <summary>How many files the set has, versions not counted.</summary>
    /// <example>300</example>
    public required int FileCount { get; init; }

    /// <summary>Their length together, in bytes.</summary>
    /// <example>858993459</example>
    public required long TotalBytes { get; init; }

    /// <summary>A presigned URL of the finished video, the file under <c>final/</c> that was written last and is no version; null without one.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/videos/video-42/final/movie.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public string? FinalVideo { get; init; }

    /// <summary>The files, in the order of their paths' characters.</summary>
    public required IReadOnlyList<StoredJobAsset> Files { get; init; }

    /// <summary>Replaced files that are kept; they are not restored with the set.</summary>
    public required IReadOnlyList<StoredJobAsset> Versions { get; init; }

    /// <summary>What is left out because it would lie outside a workspace, or cannot be kept in one.</summary>
    public required IReadOnlyList<FailedJobFile> Refused { get; init; }
}
