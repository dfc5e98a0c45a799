namespace CharacterRefs.Api.Generations;

/// <summary>The models that requests may name.</summary>
public sealed record GenerationModelList
{
    /// <summary>In the order of their names.</summary>
    public required IReadOnlyList<GenerationModel> Items { get; init; }
}
