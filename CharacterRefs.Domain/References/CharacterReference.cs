using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Domain.References;

/// <summary>One durable image of a character. Its bytes never change; a new picture is a new reference.</summary>
public sealed record CharacterReference
{
    /// <summary>Identity, and the name of its file.</summary>
    public required CharacterReferenceId Id { get; init; }

    public required ReferenceOrigin Origin { get; init; }

    /// <summary>Format, detected from the content.</summary>
    public required ImageFormat Format { get; init; }

    /// <summary>Width in pixels, as shown.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels, as shown.</summary>
    public required int Height { get; init; }

    /// <summary>
    /// EXIF orientation of the stored pixels, 1 (upright) to 8; <c>null</c> for images of earlier versions, whose dimensions are those of the stored pixels.
    /// </summary>
    public int? Orientation { get; init; }

    /// <summary>Length of the file in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 of the file.</summary>
    public required ContentHash Sha256 { get; init; }

    /// <summary>When it was added to the catalog, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>File name of the upload, for display only; <c>null</c> when there was none.</summary>
    public string? OriginalFileName { get; init; }

    /// <summary>Its provenance; <c>null</c> unless it was generated.</summary>
    public ReferenceProvenance? Provenance { get; init; }

    /// <summary>Its copy in the object store, pending or persisted; <c>null</c> when none was ever queued.</summary>
    public RemoteCopy? RemoteCopy { get; init; }

    /// <summary>The most frequent color, <c>#rrggbb</c> in sRGB; <c>null</c> until its thumb was rendered.</summary>
    public string? DominantColor { get; init; }

    /// <summary>What people noted about it.</summary>
    public ReferenceAnnotation Annotation { get; init; } = ReferenceAnnotation.None;

    /// <summary>Its persisted copy; <c>null</c> while the object store has none that was verified.</summary>
    public RemoteCopy? PersistedCopy => RemoteCopy is { State: RemoteCopyState.Persisted } ? RemoteCopy : null;
}
