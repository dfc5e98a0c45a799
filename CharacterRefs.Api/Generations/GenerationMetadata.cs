using System.Text.Json;

namespace CharacterRefs.Api.Generations;

/// <summary>What was asked of which model, and what became of it.</summary>
public sealed record GenerationMetadata
{
    /// <summary>Id of the generation, a UUID.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a40</example>
    public required string GenerationId { get; init; }

    /// <summary>The description, trimmed.</summary>
    /// <example>A silver metallic humanoid robot with red shield</example>
    public required string CharacterDescription { get; init; }

    /// <summary>The text that the model got.</summary>
    /// <example>Full-body character reference of A silver metallic humanoid robot with red shield, facing the viewer</example>
    public required string Prompt { get; init; }

    /// <summary><c>owner/name</c>, or <c>placeholder</c>.</summary>
    /// <example>black-forest-labs/flux-1.1-pro</example>
    public required string ModelUsed { get; init; }

    /// <summary>As requested.</summary>
    /// <example>4</example>
    public required int NumImagesRequested { get; init; }

    /// <summary>As delivered and stored.</summary>
    /// <example>4</example>
    public required int NumImagesGenerated { get; init; }

    /// <summary>What was sent to the model, by its own names; the seed stands with each image.</summary>
    /// <example>{ "aspect_ratio": "1:1", "output_format": "png" }</example>
    public required IReadOnlyDictionary<string, JsonElement> ParametersUsed { get; init; }

    /// <summary>Parameters that the model does not know and that were left out.</summary>
    /// <example>["person_generation"]</example>
    public required IReadOnlyList<string> ParametersDropped { get; init; }

    /// <summary>When the request was accepted, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T18:00:00.000000Z</example>
    public required DateTimeOffset GenerationTimestamp { get; init; }

    /// <summary>Slots without an image; empty when all came.</summary>
    public required IReadOnlyList<GenerationFailure> Failures { get; init; }
}
