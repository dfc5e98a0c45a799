using System.ComponentModel.DataAnnotations;

namespace CharacterRefs.Api.References;

/// <summary>What to change about an image; absent and null members stay as they are.</summary>
public sealed record AnnotateCharacterReferenceRequest
{
    /// <summary>Whether the image is a favorite.</summary>
    /// <example>true</example>
    public bool? Favorite { get; init; }

    /// <summary>Rating, 0 to 5; 0 = not rated.</summary>
    /// <example>4</example>
    [Range(0, ReferenceAnnotation.MaxRating)]
    public int? Rating { get; init; }

    /// <summary>All tags from now on: at most 20, each 1 to 40 characters; stored in lower case, without repetition. An empty list removes them.</summary>
    /// <example>["hero", "armor"]</example>
    [MaxLength(ReferenceAnnotation.MaxTags)]
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The note from now on: at most 2000 characters. An empty text removes it.</summary>
    /// <example>Best shield so far</example>
    [StringLength(ReferenceAnnotation.MaxNoteLength)]
    public string? Note { get; init; }

    internal AnnotationChange ToChange() => new(Favorite, Rating, Tags, Note);
}
