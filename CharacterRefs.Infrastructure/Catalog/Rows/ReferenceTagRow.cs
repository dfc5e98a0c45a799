namespace CharacterRefs.Infrastructure.Catalog.Rows;

/// <summary>
/// A tag of an image: its images in the order of the list. The order of an image's own tags is in <see cref="ReferenceRow.Tags"/>.
/// </summary>
internal sealed class ReferenceTagRow
{
    /// <summary>In the form of <see cref="Domain.References.ReferenceAnnotation.NormalizeTag"/>.</summary>
    public required string Tag { get; set; }

    /// <summary>That of the image.</summary>
    public long CreatedAt { get; set; }

    public long ReferenceKey { get; set; }

    public ReferenceRow? Reference { get; set; }
}
