namespace CharacterRefs.Api.References;

/// <summary>An image whose upload to the object store is pending.</summary>
public sealed record PendingUpload
{
    /// <summary>Id of the image, a UUID.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44</example>
    public required string ImageId { get; init; }

    /// <summary>When the image was stored, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T18:00:05.000000Z</example>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Number of failed attempts.</summary>
    /// <example>2</example>
    public required int Attempts { get; init; }

    /// <summary>Cause of the last failed attempt; null if none failed.</summary>
    /// <example>The object store cannot be reached.</example>
    public string? LastError { get; init; }

    /// <summary>When the next attempt is due, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T18:00:35.000000Z</example>
    public required DateTimeOffset NextAttemptAt { get; init; }
}
