namespace CharacterRefs.Api.References;

/// <summary>The state of one copy.</summary>
public sealed record LocalCopy
{
    /// <summary><c>stored</c>; <c>evicted</c> when the file is gone and can be fetched from the store, where it is verified; <c>missing</c> when it is gone and cannot.</summary>
    /// <example>stored</example>
    public required string State { get; init; }
}
