namespace CharacterRefs.Api.References;

/// <summary>The presigned URL of an image.</summary>
public sealed record CharacterReferenceUrl
{
    /// <summary>Id of the image.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44</example>
    public required string ImageId { get; init; }

    /// <summary>The presigned URL; null in a list if there is an error.</summary>
    /// <example>https://refs.s3.amazonaws.com/character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png?X-Amz-Signature=9f86d0</example>
    public string? Url { get; init; }

    /// <summary>When the URL expires, RFC 3339 UTC; null without a URL.</summary>
    /// <example>2026-11-22T19:15:00.000000Z</example>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Key in the object store; null without a URL.</summary>
    /// <example>character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png</example>
    public string? CloudPath { get; init; }

    /// <summary>Code of the error, as in <c>Problem.error</c>; null with a URL.</summary>
    /// <example>null</example>
    public string? Error { get; init; }
}
