namespace CharacterRefs.Api.References;

/// <summary>An image in the store.</summary>
public sealed record PersistCharacterReferenceResponse
{
    /// <summary>Id of the image.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44</example>
    public required string ImageId { get; init; }

    /// <summary>The job; null when the image is stored by itself.</summary>
    /// <example>video-42</example>
    public string? JobId { get; init; }

    /// <summary>Key in the store.</summary>
    /// <example>videos/video-42/intermediate/character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png</example>
    public required string CloudPath { get; init; }

    /// <summary>A presigned URL.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/videos/video-42/intermediate/character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public required string CloudUrl { get; init; }

    /// <summary><c>stored</c>, or <c>already_stored</c> when the same bytes were there before.</summary>
    /// <example>stored</example>
    public required string Outcome { get; init; }
}
