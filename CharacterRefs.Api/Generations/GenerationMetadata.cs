namespace CharacterRefs.Api.Generations;

/// <summary>The request as sent to the model, and its outcome.</summary>
public sealed record GenerationMetadata
{
    /// <summary>Id of the generation, a UUID.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a40</example>
    public required string GenerationId { get; init; }

    /// <summary>Description of the character, trimmed.</summary>
    /// <example>A silver metallic humanoid robot with red shield</example>
    public required string CharacterDescription { get; init; }

    /// <summary>Prompt sent to the model.</summary>
    /// <example>Full-body character reference of A silver metallic humanoid robot with red shield, facing the viewer</example>
    public required string Prompt { get; init; }

    /// <summary><c>owner/name</c>, or <c>placeholder</c>.</summary>
    /// <example>black-forest-labs/flux-1.1-pro</example>
    public required string ModelUsed { get; init; }

    /// <summary>Number of requested images.</summary>
    /// <example>4</example>
    public required int NumImagesRequested { get; init; }

    /// <summary>Number of generated and stored images.</summary>
    /// <example>4</example>
    public required int NumImagesGenerated { get; init; }

    /// <summary>Parameters sent to the model, by the model's names; the seed is listed with each image.</summary>
    /// <example>{ "aspect_ratio": "1:1", "output_format": "png" }</example>
    public required IReadOnlyDictionary<string, JsonElement> ParametersUsed { get; init; }

    /// <summary>Parameters the model does not accept; they were dropped.</summary>
    /// <example>["person_generation"]</example>
    public required IReadOnlyList<string> ParametersDropped { get; init; }

    /// <summary>When the request was accepted, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T18:00:00.000000Z</example>
    public required DateTimeOffset GenerationTimestamp { get; init; }

    /// <summary>The slots that ended without an image and the images that were not kept; empty if there are none.</summary>
    public required IReadOnlyList<GenerationFailure> Failures { get; init; }
}
