using CharacterRefs.Api.OpenApi;

namespace CharacterRefs.Api.References;

/// <summary>A persisted image.</summary>
public sealed record PersistCharacterReferenceResponse
{
    /// <summary>Id of the image.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44</example>
    public required string ImageId { get; init; }

    /// <summary>Id of the job; null for the standalone copy.</summary>
    /// <example>video-42</example>
    public string? JobId { get; init; }

    /// <summary>Key in the object store.</summary>
    /// <example>videos/video-42/intermediate/character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png</example>
    public required string CloudPath { get; init; }

    /// <summary>A presigned URL of the copy.</summary>
    /// <example>https://refs.example.org/videos/video-42/intermediate/character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png?X-Amz-Signature=9f</example>
    public required string CloudUrl { get; init; }

    /// <summary><c>already_stored</c>: the store already contained the same bytes.</summary>
    /// <example>stored</example>
    [KnownValues("stored", "already_stored")]
    public required string Outcome { get; init; }
}
