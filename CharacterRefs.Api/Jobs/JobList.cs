namespace CharacterRefs.Api.Jobs;

/// <summary>One page of jobs.</summary>
public sealed record JobList
{
    /// <summary>The jobs, in the order of their ids.</summary>
    public required IReadOnlyList<ListedJob> Items { get; init; }

    /// <summary>Cursor of the next page; null on the last.</summary>
    public string? NextCursor { get; init; }
}
