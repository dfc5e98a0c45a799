using CharacterRefs.Application.References;
using CharacterRefs.Domain.Generations;

namespace CharacterRefs.Application.Generations.Generate;

/// <summary>What came of a generation: at least one image.</summary>
/// <param name="Generation">As accepted.</param>
/// <param name="Images">In slot order.</param>
/// <param name="Failures">In slot order; empty when all came.</param>
public sealed record GeneratedReferences(Generation Generation, IReadOnlyList<LocatedReference> Images, IReadOnlyList<SlotFailure> Failures);
