using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Generations.Generate;

/// <summary>A slot that ended without an image.</summary>
/// <param name="Index">Zero-based.</param>
/// <param name="Error">Why.</param>
public sealed record SlotFailure(int Index, Error Error);
