using CharacterRefs.Api.OpenApi;

namespace CharacterRefs.Api.References;

/// <summary>A presigned URL of an image.</summary>
public sealed record ReferenceLocation
{
    /// <summary>Id of the image.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44</example>
    public required string ImageId { get; init; }

    /// <summary>The presigned URL; identical for all requests within a time window.</summary>
    /// <example>https://refs.s3.amazonaws.com/character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png?X-Amz-Signature=9f86d0</example>
    public required string ImageUrl { get; init; }

    /// <summary>The storage backend.</summary>
    /// <example>s3</example>
    [KnownValues("local", "s3")]
    public required string StorageBackend { get; init; }

    /// <summary>Minimum lifetime of the URL, in seconds.</summary>
    /// <example>3600</example>
    public required int ExpiresInSeconds { get; init; }

    /// <summary>When the URL expires, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T19:15:00.000000Z</example>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Key in the object store.</summary>
    /// <example>character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png</example>
    public required string CloudPath { get; init; }
}
