namespace CharacterRefs.Application.Jobs.ListJobReferences;

/// <summary>All images of a job.</summary>
/// <param name="Items">In the order in which they were associated; empty when it uses none.</param>
public sealed record JobReferenceSet(JobId JobId, IReadOnlyList<JobReference> Items);
