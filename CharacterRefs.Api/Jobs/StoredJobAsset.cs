namespace CharacterRefs.Api.Jobs;

/// <summary>A file of a job in the store.</summary>
public sealed record StoredJobAsset
{
    /// <summary>Its path in the workspace.</summary>
    /// <example>scenes/scene_07.mp4</example>
    public required string Path { get; init; }

    /// <summary><c>final</c>, <c>scenes</c>, <c>audio</c>, <c>uploads</c>, <c>character_reference</c>, <c>metadata</c> or <c>script</c>.</summary>
    /// <example>scenes</example>
    public required string Role { get; init; }

    /// <summary>Length in bytes.</summary>
    /// <example>4194304</example>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 in hexadecimal; null when the set has no manifest.</summary>
    /// <example>9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08</example>
    public string? Sha256 { get; init; }

    /// <summary>CRC-32 as zip files have it, 8 hexadecimal digits; null when the set has no manifest.</summary>
    /// <example>cbf43926</example>
    public string? Crc32 { get; init; }

    /// <summary>Media type by its name.</summary>
    /// <example>video/mp4</example>
    public required string ContentType { get; init; }

    /// <summary>When it was last written in the workspace, RFC 3339 UTC; null when the set has no manifest.</summary>
    /// <example>2026-11-22T18:00:00.000000Z</example>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>When it was taken into the store, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T18:00:06.000000Z</example>
    public required DateTimeOffset StoredAt { get; init; }

    /// <summary>Key in the store.</summary>
    /// <example>videos/video-42/intermediate/scenes/scene_07.mp4</example>
    public required string CloudPath { get; init; }

    /// <summary>A presigned URL.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/videos/video-42/intermediate/scenes/scene_07.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public required string Url { get; init; }

    /// <summary>Its exact end, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T19:15:00.000000Z</example>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Of a kept version: the path of the file that it was; null for a file of the set.</summary>
    /// <example>null</example>
    public string? VersionOf { get; init; }

    /// <summary>Of a kept version: its number, the larger the newer; null for a file of the set.</summary>
    /// <example>null</example>
    public int? Version { get; init; }
}
