using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.GetDerivative;

/// <summary>Get a derivative of an image.</summary>
/// <param name="Id">The image.</param>
/// <param name="Derivative">Which one.</param>
public sealed record GetDerivativeQuery(CharacterReferenceId Id, Derivative Derivative);
