namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>What came of recording a generation.</summary>
/// <param name="Outcome">Whether it was recorded.</param>
/// <param name="Generation">As recorded; of <see cref="BeginOutcome.KeyExists"/> nothing.</param>
/// <param name="SpentToday">Estimated cost of the UTC day in USD before this generation; zero unless it had a budget.</param>
public sealed record GenerationBeginning(BeginOutcome Outcome, Generation? Generation, decimal SpentToday = 0);
