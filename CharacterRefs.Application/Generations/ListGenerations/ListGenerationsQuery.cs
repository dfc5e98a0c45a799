namespace CharacterRefs.Application.Generations.ListGenerations;

/// <summary>Which generations.</summary>
/// <param name="Status">Only those with this status; <c>null</c> = all.</param>
/// <param name="Before">The last one of the page before; <c>null</c> = from the newest.</param>
/// <param name="Limit">Most items of the page.</param>
public sealed record ListGenerationsQuery(GenerationStatus? Status, GenerationId? Before, int Limit);
