namespace CharacterRefs.Api.Generations;

/// <summary>A generation: work that outlives the request that started it.</summary>
public sealed record GenerationResource
{
    /// <summary>Its id, a UUID.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44</example>
    public required string Id { get; init; }

    /// <summary>
    /// <c>queued</c>, <c>running</c>, <c>canceling</c>, then one of <c>succeeded</c>, <c>partial</c>, <c>failed</c>, <c>canceled</c>. Tolerate new
    /// values.
    /// </summary>
    /// <example>running</example>
    public required string Status { get; init; }

    /// <summary>Grows with every change.</summary>
    /// <example>7</example>
    public required long Revision { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the first paid request was sent, UTC; null before that.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the last slot became final, UTC; null before that.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The character as described, trimmed.</summary>
    /// <example>A silver metallic humanoid robot with red shield</example>
    public required string CharacterDescription { get; init; }

    /// <summary>The text sent to the model.</summary>
    public required string Prompt { get; init; }

    /// <summary>The model.</summary>
    /// <example>black-forest-labs/flux-1.1-pro</example>
    public required string ModelUsed { get; init; }

    /// <summary>The flavor whose prompt and defaults were used.</summary>
    /// <example>default</example>
    public required string ConfigFlavor { get; init; }

    /// <summary>Ids of the images that show the character, in the order in which they are sent.</summary>
    public required IReadOnlyList<string> ReferenceImageIds { get; init; }

    /// <summary>Number of slots.</summary>
    /// <example>4</example>
    public required int NumImagesRequested { get; init; }

    /// <summary>Inputs by the model's own names, without the seed.</summary>
    public required IReadOnlyDictionary<string, JsonElement> ParametersUsed { get; init; }

    /// <summary>Parameters that the model does not accept; they were dropped.</summary>
    public required IReadOnlyList<string> ParametersDropped { get; init; }

    /// <summary>Estimated cost of the images that were charged or still can be, in USD; null when the model has no price in <c>MODEL_PRICES</c>.</summary>
    /// <example>0.16</example>
    public decimal? CostEstimateUsd { get; init; }

    /// <summary>Id of the generation whose failed slots this one retries; null without one.</summary>
    public string? RetriedFrom { get; init; }

    /// <summary>One per image requested, by index.</summary>
    public required IReadOnlyList<GenerationSlotResource> Slots { get; init; }

    /// <summary>The images that exist, in slot order; <c>base64</c> is null.</summary>
    public required IReadOnlyList<GeneratedImage> Images { get; init; }

    /// <summary>The slots that ended without an image and the images that were not kept, in slot order.</summary>
    public required IReadOnlyList<GenerationFailure> Failures { get; init; }

    /// <summary>URLs of this generation.</summary>
    public required GenerationUrls Urls { get; init; }
}
