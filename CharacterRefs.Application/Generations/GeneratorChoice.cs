namespace CharacterRefs.Application.Generations;

/// <summary>Which adapter generates the images.</summary>
/// <param name="Name"><c>replicate</c> or <c>placeholder</c>.</param>
public sealed record GeneratorChoice(string Name);
