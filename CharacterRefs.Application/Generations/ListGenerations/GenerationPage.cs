namespace CharacterRefs.Application.Generations.ListGenerations;

/// <summary>One page of generations.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">What the next page comes after; <c>null</c> on the last page.</param>
public sealed record GenerationPage(IReadOnlyList<Generation> Items, GenerationId? Next);
