namespace CharacterRefs.Api.References;

/// <summary>One page of images, newest first.</summary>
public sealed record CharacterReferenceList
{
    /// <summary>The images; empty when nothing matches.</summary>
    public required IReadOnlyList<CharacterReferenceRecord> Items { get; init; }

    /// <summary>Value of <c>cursor</c> for the next page; null on the last page.</summary>
    /// <example>MTc2MzgzNDQwMDAwMDAwMC43</example>
    public string? NextCursor { get; init; }
}
