namespace CharacterRefs.Application.References.AnnotateReference;

/// <summary>Annotate an image.</summary>
/// <param name="Change">Within the limits of <see cref="ReferenceAnnotation"/>.</param>
public sealed record AnnotateReferenceCommand(CharacterReferenceId Id, AnnotationChange Change);
