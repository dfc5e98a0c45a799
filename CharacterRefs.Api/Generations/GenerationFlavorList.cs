namespace CharacterRefs.Api.Generations;

/// <summary>The flavors that requests may name.</summary>
public sealed record GenerationFlavorList
{
    /// <summary>In the order of their names.</summary>
    public required IReadOnlyList<GenerationFlavor> Items { get; init; }
}
