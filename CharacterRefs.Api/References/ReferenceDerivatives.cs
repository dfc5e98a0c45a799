namespace CharacterRefs.Api.References;

/// <summary>URLs of smaller WebP renderings of an image.</summary>
public sealed record ReferenceDerivatives
{
    /// <summary>At most 320 pixels on a side.</summary>
    /// <example>/api/mv/character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44/derivatives/thumb.webp</example>
    public required string Thumb { get; init; }

    /// <summary>At most 1024 pixels on a side.</summary>
    /// <example>/api/mv/character_references/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44/derivatives/preview.webp</example>
    public required string Preview { get; init; }
}
