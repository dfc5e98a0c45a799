namespace CharacterRefs.Api.Jobs;

/// <summary>A kept version of a file.</summary>
public sealed record BackupJobAssetResponse
{
    /// <summary>The job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>The file.</summary>
    /// <example>final/movie.mp4</example>
    public required string Path { get; init; }

    /// <summary>The version of it.</summary>
    /// <example>final/movie_v3.mp4</example>
    public required string VersionPath { get; init; }

    /// <summary>Its number; the larger, the newer.</summary>
    /// <example>3</example>
    public required int Version { get; init; }

    /// <summary>A presigned URL of the version.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/videos/video-42/final/movie_v3.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public required string Url { get; init; }

    /// <summary>The exact end of the URL, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T19:15:00.000000Z</example>
    public required DateTimeOffset ExpiresAt { get; init; }
}
