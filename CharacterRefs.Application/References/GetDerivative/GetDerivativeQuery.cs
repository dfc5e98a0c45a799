namespace CharacterRefs.Application.References.GetDerivative;

/// <summary>Get a derivative of an image.</summary>
/// <param name="IsFresh">Whether the store is checked although it had the derivative lately: the client could not load it.</param>
public sealed record GetDerivativeQuery(CharacterReferenceId Id, Derivative Derivative, bool IsFresh = false);
