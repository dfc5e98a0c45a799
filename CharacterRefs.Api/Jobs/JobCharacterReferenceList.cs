namespace CharacterRefs.Api.Jobs;

/// <summary>All images that a job uses.</summary>
public sealed record JobCharacterReferenceList
{
    /// <summary>The job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>The images in the order in which they were associated; empty for a job that nothing was associated with.</summary>
    public required IReadOnlyList<JobCharacterReference> Items { get; init; }
}
