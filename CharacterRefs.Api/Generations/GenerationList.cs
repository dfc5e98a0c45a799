namespace CharacterRefs.Api.Generations;

/// <summary>One page of generations.</summary>
public sealed record GenerationList
{
    /// <summary>Newest first.</summary>
    public required IReadOnlyList<GenerationResource> Items { get; init; }

    /// <summary>Cursor of the next page; null on the last.</summary>
    public string? NextCursor { get; init; }
}
