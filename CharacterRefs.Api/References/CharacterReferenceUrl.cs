namespace CharacterRefs.Api.References;

/// <summary>An address of an image in the store.</summary>
public sealed record CharacterReferenceUrl
{
    /// <summary>Id of the image.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44</example>
    public required string ImageId { get; init; }

    /// <summary>A presigned URL; null in a list when there is an error.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public string? Url { get; init; }

    /// <summary>Its exact end, RFC 3339 UTC; null without a URL.</summary>
    /// <example>2026-11-22T19:15:00.000000Z</example>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Key in the store; null without a URL.</summary>
    /// <example>character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png</example>
    public string? CloudPath { get; init; }

    /// <summary>Code of what is wrong, as in a problem's <c>error</c>; null with a URL.</summary>
    /// <example>null</example>
    public string? Error { get; init; }
}
