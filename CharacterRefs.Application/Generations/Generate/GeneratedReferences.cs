using CharacterRefs.Application.References;

namespace CharacterRefs.Application.Generations.Generate;

/// <summary>A final generation with at least one image.</summary>
/// <param name="Generation">As recorded.</param>
/// <param name="Images">In slot order.</param>
/// <param name="Failures">In slot order; empty when every image came.</param>
public sealed record GeneratedReferences(Generation Generation, IReadOnlyList<LocatedReference> Images, IReadOnlyList<SlotFailure> Failures);
