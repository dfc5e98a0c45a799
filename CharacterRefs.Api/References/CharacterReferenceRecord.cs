using CharacterRefs.Api.OpenApi;

namespace CharacterRefs.Api.References;

/// <summary>The full record of an image.</summary>
public sealed record CharacterReferenceRecord
{
    /// <summary>Id of the image, a UUID.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44</example>
    public required string Id { get; init; }

    /// <summary>Where the image came from; <c>adopted</c> = found in the object store without a record.</summary>
    /// <example>generated</example>
    [KnownValues(typeof(ReferenceOrigin))]
    public required string Origin { get; init; }

    /// <summary>When the image was stored, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T18:00:05.000000Z</example>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Path of the local file, relative to the server's working directory.</summary>
    /// <example>mv/outputs/character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png</example>
    public required string Path { get; init; }

    /// <summary>A presigned URL in the object store; null until the image is stored there.</summary>
    /// <example>null</example>
    public string? CloudUrl { get; init; }

    /// <summary>The stable URL of the bytes.</summary>
    /// <example>/api/mv/character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44/content</example>
    public required string ContentUrl { get; init; }

    /// <summary>File format, detected from the content.</summary>
    /// <example>png</example>
    [KnownValues("png", "jpg", "webp")]
    public required string Format { get; init; }

    /// <summary>Media type.</summary>
    /// <example>image/png</example>
    public required string ContentType { get; init; }

    /// <summary>Width in pixels, as shown.</summary>
    /// <example>1024</example>
    public required int Width { get; init; }

    /// <summary>Height in pixels, as shown.</summary>
    /// <example>1024</example>
    public required int Height { get; init; }

    /// <summary>
    /// EXIF orientation of the stored pixels, 1 (upright) to 8; null for images that an earlier version stored, whose width and height are those of the stored
    /// pixels.
    /// </summary>
    /// <example>1</example>
    public int? Orientation { get; init; }

    /// <summary>Length in bytes.</summary>
    /// <example>1234567</example>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 of the bytes, 64 hexadecimal digits.</summary>
    /// <example>9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08</example>
    public required string Sha256 { get; init; }

    /// <summary>File name sent by the uploading client; null for other origins.</summary>
    /// <example>null</example>
    public string? OriginalFilename { get; init; }

    /// <summary>Id of the generation; null for other origins.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a40</example>
    public string? GenerationId { get; init; }

    /// <summary>Position in the generation, counted from 0; null for other origins.</summary>
    /// <example>0</example>
    public int? SlotIndex { get; init; }

    /// <summary>Description of the character; null for other origins.</summary>
    /// <example>A silver metallic humanoid robot with red shield</example>
    public string? CharacterDescription { get; init; }

    /// <summary>Prompt sent to the model; null for other origins.</summary>
    /// <example>Full-body character reference of A silver metallic humanoid robot with red shield, facing the viewer</example>
    public string? Prompt { get; init; }

    /// <summary><c>owner/name</c>, or <c>placeholder</c>; null for other origins.</summary>
    /// <example>black-forest-labs/flux-1.1-pro</example>
    public string? Model { get; init; }

    /// <summary>Seed; null for other origins and for models without one.</summary>
    /// <example>42</example>
    public int? Seed { get; init; }

    /// <summary>Id of the reference image of the generation; null without one.</summary>
    /// <example>null</example>
    public string? ReferenceImageId { get; init; }

    /// <summary>Parameters sent to the model; null for other origins.</summary>
    /// <example>{ "aspect_ratio": "1:1", "output_format": "png" }</example>
    public IReadOnlyDictionary<string, JsonElement>? ParametersUsed { get; init; }

    /// <summary>Parameters the model does not accept; null for other origins.</summary>
    /// <example>["person_generation"]</example>
    public IReadOnlyList<string>? ParametersDropped { get; init; }

    /// <summary>Whether the image is a favorite.</summary>
    /// <example>true</example>
    public required bool Favorite { get; init; }

    /// <summary>Rating, 1 to 5; 0 = not rated.</summary>
    /// <example>4</example>
    public required int Rating { get; init; }

    /// <summary>Tags, in lower case.</summary>
    /// <example>["hero", "armor"]</example>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>A note; null without one.</summary>
    /// <example>Best shield so far</example>
    public string? Note { get; init; }

    /// <summary>URLs of smaller renderings.</summary>
    public required ReferenceDerivatives Derivatives { get; init; }

    /// <summary>The most frequent color, <c>#rrggbb</c>; null until the thumb was rendered, shortly after the image was stored.</summary>
    /// <example>#8a93a6</example>
    public string? DominantColor { get; init; }

    /// <summary>Ids of the jobs that use the image, in code point order. While there are any, the image cannot be deleted.</summary>
    /// <example>["video-42"]</example>
    public required IReadOnlyList<string> Jobs { get; init; }

    /// <summary>The copies of the image.</summary>
    public required ReferenceCopies Copies { get; init; }
}
