using System.Text.Json;

namespace CharacterRefs.Api.References;

/// <summary>Everything known of an image.</summary>
public sealed record CharacterReferenceRecord
{
    /// <summary>Its id, a UUID.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44</example>
    public required string Id { get; init; }

    /// <summary>How it came: <c>generated</c>, <c>uploaded</c>, or <c>adopted</c> when it was found in storage without a record.</summary>
    /// <example>generated</example>
    public required string Origin { get; init; }

    /// <summary>When it was stored, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T18:00:05.000000Z</example>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The file, relative to the server's working directory.</summary>
    /// <example>mv/outputs/character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png</example>
    public required string Path { get; init; }

    /// <summary>A URL in cloud storage; null until the image is there.</summary>
    /// <example>null</example>
    public string? CloudUrl { get; init; }

    /// <summary>The stable address of the bytes.</summary>
    /// <example>/api/mv/character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44/content</example>
    public required string ContentUrl { get; init; }

    /// <summary><c>png</c>, <c>jpg</c> or <c>webp</c>.</summary>
    /// <example>png</example>
    public required string Format { get; init; }

    /// <summary>Media type.</summary>
    /// <example>image/png</example>
    public required string ContentType { get; init; }

    /// <summary>Pixels.</summary>
    /// <example>1024</example>
    public required int Width { get; init; }

    /// <summary>Pixels.</summary>
    /// <example>1024</example>
    public required int Height { get; init; }

    /// <summary>Bytes.</summary>
    /// <example>1234567</example>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 of the bytes, 64 hexadecimal digits.</summary>
    /// <example>9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08</example>
    public required string Sha256 { get; init; }

    /// <summary>The uploading client's name for the file; null for other origins.</summary>
    /// <example>null</example>
    public string? OriginalFilename { get; init; }

    /// <summary>The generation that drew it; null for other origins.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a40</example>
    public string? GenerationId { get; init; }

    /// <summary>The description it was drawn from; null for other origins.</summary>
    /// <example>A silver metallic humanoid robot with red shield</example>
    public string? CharacterDescription { get; init; }

    /// <summary>The text that the model got; null for other origins.</summary>
    /// <example>Full-body character reference of A silver metallic humanoid robot with red shield, facing the viewer</example>
    public string? Prompt { get; init; }

    /// <summary><c>owner/name</c>, or <c>placeholder</c>; null for other origins.</summary>
    /// <example>black-forest-labs/flux-1.1-pro</example>
    public string? Model { get; init; }

    /// <summary>Seed; null for other origins and for models that take none.</summary>
    /// <example>42</example>
    public int? Seed { get; init; }

    /// <summary>The image whose character was drawn again; null without one.</summary>
    /// <example>null</example>
    public string? ReferenceImageId { get; init; }

    /// <summary>What was sent to the model; null for other origins.</summary>
    /// <example>{ "aspect_ratio": "1:1", "output_format": "png" }</example>
    public IReadOnlyDictionary<string, JsonElement>? ParametersUsed { get; init; }

    /// <summary>What the model did not know; null for other origins.</summary>
    /// <example>["person_generation"]</example>
    public IReadOnlyList<string>? ParametersDropped { get; init; }

    /// <summary>Ids of the jobs that use it, in the order of their characters' codes; while there is one, the image cannot be deleted.</summary>
    /// <example>["video-42"]</example>
    public required IReadOnlyList<string> Jobs { get; init; }

    /// <summary>Where its bytes are.</summary>
    public required ReferenceCopies Copies { get; init; }
}
