namespace CharacterRefs.Domain.References;

/// <summary>A change of a <see cref="ReferenceAnnotation"/>; <c>null</c> members leave theirs unchanged.</summary>
/// <param name="Favorite">Whether it is a favorite.</param>
/// <param name="Rating">0 (not rated) to <see cref="ReferenceAnnotation.MaxRating"/>.</param>
/// <param name="Tags">All tags from now on; empty removes them.</param>
/// <param name="Note">The note from now on; empty removes it.</param>
public sealed record AnnotationChange(bool? Favorite, int? Rating, IReadOnlyList<string>? Tags, string? Note);
