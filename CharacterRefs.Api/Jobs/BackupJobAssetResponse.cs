namespace CharacterRefs.Api.Jobs;

/// <summary>A version of a stored file.</summary>
public sealed record BackupJobAssetResponse
{
    /// <summary>Id of the job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>Path of the file in the workspace.</summary>
    /// <example>final/movie.mp4</example>
    public required string Path { get; init; }

    /// <summary>Path of the version.</summary>
    /// <example>final/movie_v3.mp4</example>
    public required string VersionPath { get; init; }

    /// <summary>Number of the version; a larger number is newer.</summary>
    /// <example>3</example>
    public required int Version { get; init; }

    /// <summary>A presigned URL of the version.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/videos/video-42/final/movie_v3.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public required string Url { get; init; }

    /// <summary>When the URL expires, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T19:15:00.000000Z</example>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Paths of older versions that were removed, because more than `ASSET_BACKUP_LIMIT` were kept.</summary>
    /// <example>[]</example>
    public required IReadOnlyList<string> RemovedVersions { get; init; }
}
