namespace CharacterRefs.Api.Jobs;

/// <summary>An image a job uses.</summary>
public sealed record JobCharacterReference
{
    /// <summary>Id of the image.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44</example>
    public required string ImageId { get; init; }

    /// <summary>Zero-based position in the list.</summary>
    /// <example>0</example>
    public required int Position { get; init; }

    /// <summary>Key of the job's copy in the object store.</summary>
    /// <example>videos/video-42/intermediate/character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png</example>
    public required string CloudPath { get; init; }

    /// <summary>A presigned URL of the job's copy.</summary>
    /// <example>https://refs.example.org/videos/video-42/intermediate/character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png?X-Amz-Signature=9f</example>
    public required string Url { get; init; }

    /// <summary>When the URL expires, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T19:15:00.000000Z</example>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Path of the job's copy in its workspace, relative to the server's working directory.</summary>
    /// <example>mv/jobs/video-42/character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png</example>
    public required string Path { get; init; }

    /// <summary>Media type.</summary>
    /// <example>image/png</example>
    public required string ContentType { get; init; }

    /// <summary>Width in pixels.</summary>
    /// <example>1024</example>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    /// <example>1024</example>
    public required int Height { get; init; }

    /// <summary>Length in bytes.</summary>
    /// <example>1234567</example>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 of the bytes, 64 hexadecimal digits.</summary>
    /// <example>9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08</example>
    public required string Sha256 { get; init; }
}
