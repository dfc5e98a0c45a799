namespace CharacterRefs.Api.References;

/// <summary>A stored upload.</summary>
public sealed record UploadCharacterReferenceResponse
{
    /// <summary>Id of the image, a UUID.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44</example>
    public required string ImageId { get; init; }

    /// <summary>The stable URL of the bytes.</summary>
    /// <example>/api/mv/character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44/content</example>
    public required string ImageUrl { get; init; }

    /// <summary>Name of the stored file: the id with the extension of the detected format.</summary>
    /// <example>019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png</example>
    public required string Filename { get; init; }

    /// <summary>Media type, detected from the content.</summary>
    /// <example>image/png</example>
    public required string ContentType { get; init; }

    /// <summary>Length in bytes.</summary>
    /// <example>1234567</example>
    public required long FileSize { get; init; }

    /// <summary>Width in pixels, as shown.</summary>
    /// <example>1024</example>
    public required int Width { get; init; }

    /// <summary>Height in pixels, as shown.</summary>
    /// <example>1024</example>
    public required int Height { get; init; }

    /// <summary>SHA-256 of the bytes, 64 hexadecimal digits.</summary>
    /// <example>9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08</example>
    public required string Sha256 { get; init; }

    /// <summary>Path of the local file, relative to the server's working directory.</summary>
    /// <example>mv/outputs/character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png</example>
    public required string Path { get; init; }

    /// <summary>The stable URL of the bytes.</summary>
    /// <example>/api/mv/character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44/content</example>
    public required string ContentUrl { get; init; }
}
