namespace CharacterRefs.Api.Generations;

/// <summary>One stored image of a generation.</summary>
public sealed record GeneratedImage
{
    /// <summary>Its id, a UUID.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44</example>
    public required string Id { get; init; }

    /// <summary>The file, relative to the server's working directory.</summary>
    /// <example>mv/outputs/character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png</example>
    public required string Path { get; init; }

    /// <summary>The bytes in base64; null when the request said <c>include_base64: false</c>.</summary>
    /// <example>iVBORw0KGgoAAAANSUhEUg==</example>
    public string? Base64 { get; init; }

    /// <summary>A URL in cloud storage; null until the image is there.</summary>
    /// <example>null</example>
    public string? CloudUrl { get; init; }

    /// <summary>The stable address of the bytes.</summary>
    /// <example>/api/mv/character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44/content</example>
    public required string ContentUrl { get; init; }

    /// <summary><c>png</c>, <c>jpg</c> or <c>webp</c>, told by the bytes.</summary>
    /// <example>png</example>
    public required string Format { get; init; }

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

    /// <summary>Seed that this image was drawn with; null when the model takes none.</summary>
    /// <example>42</example>
    public int? Seed { get; init; }
}
