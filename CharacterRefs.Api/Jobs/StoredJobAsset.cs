using CharacterRefs.Api.OpenApi;

namespace CharacterRefs.Api.Jobs;

/// <summary>A stored file of a job.</summary>
public sealed record StoredJobAsset
{
    /// <summary>Path of the file in the workspace.</summary>
    /// <example>scenes/scene_07.mp4</example>
    public required string Path { get; init; }

    /// <summary>Role of the file, by its path.</summary>
    /// <example>scenes</example>
    [KnownValues(typeof(JobAssetRole))]
    public required string Role { get; init; }

    /// <summary>Length in bytes.</summary>
    /// <example>4194304</example>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 in hexadecimal; null when the set has no manifest.</summary>
    /// <example>9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08</example>
    public string? Sha256 { get; init; }

    /// <summary>CRC-32 as in zip files, 8 hexadecimal digits; null when the set has no manifest.</summary>
    /// <example>cbf43926</example>
    public string? Crc32 { get; init; }

    /// <summary>Media type, by the file name.</summary>
    /// <example>video/mp4</example>
    public required string ContentType { get; init; }

    /// <summary>When the file was last written in the workspace, RFC 3339 UTC; null when the set has no manifest.</summary>
    /// <example>2026-11-22T18:00:00.000000Z</example>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>When the file was stored, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T18:00:06.000000Z</example>
    public required DateTimeOffset StoredAt { get; init; }

    /// <summary>Key in the object store.</summary>
    /// <example>videos/video-42/intermediate/scenes/scene_07.mp4</example>
    public required string CloudPath { get; init; }

    /// <summary>A presigned URL of the file.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/videos/video-42/intermediate/scenes/scene_07.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public required string Url { get; init; }

    /// <summary>When the URL expires, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T19:15:00.000000Z</example>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Path of the file that this is a version of; null for a file of the set.</summary>
    /// <example>null</example>
    public string? VersionOf { get; init; }

    /// <summary>Number of the version, a larger number is newer; null for a file of the set.</summary>
    /// <example>null</example>
    public int? Version { get; init; }
}
