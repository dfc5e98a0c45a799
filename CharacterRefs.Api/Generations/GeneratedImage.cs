using CharacterRefs.Api.OpenApi;
using CharacterRefs.Api.References;

namespace CharacterRefs.Api.Generations;

/// <summary>One stored image of a generation.</summary>
public sealed record GeneratedImage
{
    /// <summary>Id of the image, a UUID.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44</example>
    public required string Id { get; init; }

    /// <summary>Path of the local file, relative to the server's working directory.</summary>
    /// <example>mv/outputs/character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png</example>
    public required string Path { get; init; }

    /// <summary>The bytes in base64; null if the request has <c>include_base64: false</c> or the file cannot be read.</summary>
    /// <example>iVBORw0KGgoAAAANSUhEUg==</example>
    public string? Base64 { get; init; }

    /// <summary>A presigned URL in the object store; null until the image is stored there.</summary>
    /// <example>null</example>
    public string? CloudUrl { get; init; }

    /// <summary>The stable URL of the bytes.</summary>
    /// <example>/api/mv/character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44/content</example>
    public required string ContentUrl { get; init; }

    /// <summary>URLs of smaller renderings.</summary>
    public required ReferenceDerivatives Derivatives { get; init; }

    /// <summary>File format, detected from the content.</summary>
    /// <example>png</example>
    [KnownValues("png", "jpg", "webp")]
    public required string Format { get; init; }

    /// <summary>Width in pixels.</summary>
    /// <example>1024</example>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    /// <example>1024</example>
    public required int Height { get; init; }

    /// <summary>Length in bytes.</summary>
    /// <example>1234567</example>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 of the bytes, 64 hexadecimal digits.</summary>
    /// <example>9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08</example>
    public required string Sha256 { get; init; }

    /// <summary>Seed of this image; null for models without one.</summary>
    /// <example>42</example>
    public int? Seed { get; init; }
}
