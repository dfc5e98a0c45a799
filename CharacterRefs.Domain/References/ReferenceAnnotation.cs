using CharacterRefs.Domain.Texts;

namespace CharacterRefs.Domain.References;

/// <summary>What people noted about an image while they chose. Bytes and provenance are independent of it.</summary>
public sealed record ReferenceAnnotation
{
    /// <summary>Highest rating.</summary>
    public const int MaxRating = 5;

    /// <summary>Most tags of an image.</summary>
    public const int MaxTags = 20;

    /// <summary>Most characters of a tag.</summary>
    public const int MaxTagLength = 40;

    /// <summary>Most characters of a note.</summary>
    public const int MaxNoteLength = 2000;

    /// <summary>The annotation of an image that nobody annotated.</summary>
    public static ReferenceAnnotation None { get; } = new();

    /// <summary>Whether it is a favorite.</summary>
    public bool Favorite { get; init; }

    /// <summary>1 to <see cref="MaxRating"/>; 0 when it was not rated.</summary>
    public int Rating { get; init; }

    /// <summary>Normalized by <see cref="NormalizeTag"/>, without repetition, in the order in which they were given.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>A free text; <c>null</c> without one.</summary>
    public string? Note { get; init; }

    /// <summary>The form in which tags are stored and compared: trimmed, lower case, composed as Unicode's form C.</summary>
    public static string NormalizeTag(string tag) => CanonicalText.Compose(tag.Trim().ToLowerInvariant());

    /// <summary>Applies a change.</summary>
    public ReferenceAnnotation Apply(AnnotationChange change) => new()
    {
        Favorite = change.Favorite ?? Favorite,
        Rating = change.Rating ?? Rating,
        Tags = change.Tags is { } tags ? [.. tags.Select(NormalizeTag).Distinct()] : Tags,
        Note = change.Note is { } note ? note.Trim() is { Length: > 0 } text ? CanonicalText.Compose(text) : null : Note,
    };

    /// <summary>Whether both have the same values; lists are compared by content.</summary>
    public bool Equals(ReferenceAnnotation? other) =>
        other is not null && (Favorite, Rating, Note) == (other.Favorite, other.Rating, other.Note) && Tags.SequenceEqual(other.Tags);

    public override int GetHashCode() => HashCode.Combine(Favorite, Rating, Note, Tags.Count);
}
