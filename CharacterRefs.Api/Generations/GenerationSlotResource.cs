namespace CharacterRefs.Api.Generations;

/// <summary>One image of a generation.</summary>
public sealed record GenerationSlotResource
{
    /// <summary>Zero-based position.</summary>
    /// <example>0</example>
    public required int Index { get; init; }

    /// <summary>
    /// <c>queued</c>, <c>submitting</c>, <c>running</c>, <c>storing</c>, then one of <c>succeeded</c>, <c>failed</c>, <c>canceled</c>. Tolerate new
    /// values.
    /// </summary>
    /// <example>succeeded</example>
    public required string State { get; init; }

    /// <summary>Id of the image; null until it exists.</summary>
    public string? ImageId { get; init; }

    /// <summary>URL of the image; null until it exists.</summary>
    public string? ContentUrl { get; init; }

    /// <summary>Seed; null when the model accepts none.</summary>
    /// <example>42</example>
    public int? Seed { get; init; }

    /// <summary>Replicate's id of the prediction; null until it is known.</summary>
    public string? PredictionId { get; init; }

    /// <summary>
    /// Stable code of the failure, such as <c>GenerationRejected</c>, <c>SubmissionLost</c> or <c>Canceled</c>; null unless failed or canceled.
    /// </summary>
    public string? Error { get; init; }

    /// <summary>Cause of the failure; null without one.</summary>
    public string? Detail { get; init; }

    /// <summary>
    /// Seconds that the paid request waited for Replicate's rate limit. While it waits, this is updated after a second and each time that the wait has doubled.
    /// </summary>
    /// <example>0</example>
    public required double RateLimitWaitSeconds { get; init; }

    /// <summary>When the paid request was sent, UTC; null before that.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the slot became final, UTC; null before that.</summary>
    public DateTimeOffset? CompletedAt { get; init; }
}
