namespace CharacterRefs.Application.Generations.Generate;

/// <summary>A recorded generation.</summary>
/// <param name="Generation">As recorded.</param>
/// <param name="IsReplay">Whether an earlier request with the same idempotency key started it.</param>
public sealed record StartedGeneration(Generation Generation, bool IsReplay);
