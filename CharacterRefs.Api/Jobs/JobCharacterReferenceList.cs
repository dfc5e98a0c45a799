namespace CharacterRefs.Api.Jobs;

/// <summary>All images a job uses.</summary>
public sealed record JobCharacterReferenceList
{
    /// <summary>Id of the job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>The images, in the order of association; empty if the job uses none.</summary>
    public required IReadOnlyList<JobCharacterReference> Items { get; init; }
}
