namespace CharacterRefs.Api.References;

/// <summary>Where the bytes of an image can be had for a while.</summary>
public sealed record ReferenceLocation
{
    /// <summary>Id of the image.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44</example>
    public required string ImageId { get; init; }

    /// <summary>A presigned URL, the same for every caller within a window.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public required string ImageUrl { get; init; }

    /// <summary><c>s3</c>.</summary>
    /// <example>s3</example>
    public required string StorageBackend { get; init; }

    /// <summary>How long the URL holds at the least, in seconds.</summary>
    /// <example>3600</example>
    public required int ExpiresInSeconds { get; init; }

    /// <summary>Its exact end, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T19:15:00.000000Z</example>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Key in the store.</summary>
    /// <example>character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png</example>
    public required string CloudPath { get; init; }
}
