using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs;

/// <summary>All images of a job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Items">In the order in which they were associated; empty for a job that nobody associated anything with.</param>
public sealed record JobReferenceSet(JobId JobId, IReadOnlyList<JobReference> Items);
