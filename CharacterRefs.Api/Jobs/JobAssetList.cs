namespace CharacterRefs.Api.Jobs;

/// <summary>A job's stored files.</summary>
public sealed record JobAssetList
{
    /// <summary>Id of the job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>
    /// Whether the set has a manifest with every file that the workspace had; false for files of an earlier system, for an unfinished first persist, and when
    /// files were refused.
    /// </summary>
    /// <example>true</example>
    public required bool Complete { get; init; }

    /// <summary>When the manifest was committed, RFC 3339 UTC; null without a manifest.</summary>
    /// <example>2026-11-22T18:00:07.000000Z</example>
    public DateTimeOffset? StoredAt { get; init; }

    /// <summary>Number of files in the set, without versions.</summary>
    /// <example>300</example>
    public required int FileCount { get; init; }

    /// <summary>Total length of these files, in bytes.</summary>
    /// <example>858993459</example>
    public required long TotalBytes { get; init; }

    /// <summary>A presigned URL of the final video: the newest file under <c>final/</c> that is not a version; null without one.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/videos/video-42/final/movie.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public string? FinalVideo { get; init; }

    /// <summary>The files, by path in code point order.</summary>
    public required IReadOnlyList<StoredJobAsset> Files { get; init; }

    /// <summary>Kept versions of replaced files; they are not restored with the set.</summary>
    public required IReadOnlyList<StoredJobAsset> Versions { get; init; }

    /// <summary>Stored files whose path is outside a workspace or illegal in one, and files of the workspace that could not be part of the set.</summary>
    public required IReadOnlyList<FailedJobFile> Refused { get; init; }

    /// <summary>
    /// Other objects under the job's prefix, by their name in it without `intermediate/`, or by their key where that name is taken. A restore does not fetch
    /// them, and deleting the job keeps those that have no place in a workspace.
    /// </summary>
    /// <example>["lipsync/take_1.mp4"]</example>
    public required IReadOnlyList<string> Ignored { get; init; }
}
