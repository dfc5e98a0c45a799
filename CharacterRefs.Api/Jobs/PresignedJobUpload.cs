using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Jobs.Uploads;

namespace CharacterRefs.Api.Jobs;

/// <summary>Where to send a file.</summary>
public sealed record PresignedJobUpload
{
    /// <summary>Path of the file in the set.</summary>
    /// <example>scenes/scene_07.mp4</example>
    public required string Path { get; init; }

    /// <summary>`missing`: PUT the bytes to `url`; `uploaded`: the store has them, commit; `committed`: the set has the file with these bytes.</summary>
    /// <example>missing</example>
    [KnownValues(typeof(UploadState))]
    public required string State { get; init; }

    /// <summary>A presigned URL for one PUT of exactly the announced length; null unless the state is `missing`.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/videos/video-42/.uploads/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public string? Url { get; init; }

    /// <summary>When the URL expires, RFC 3339 UTC; null without a URL.</summary>
    /// <example>2026-11-22T19:15:00.000000Z</example>
    public DateTimeOffset? ExpiresAt { get; init; }
}
