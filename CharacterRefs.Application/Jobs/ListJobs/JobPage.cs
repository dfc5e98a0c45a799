namespace CharacterRefs.Application.Jobs.ListJobs;

/// <summary>One page of jobs.</summary>
/// <param name="Items">In the order of their ids, with a slash at the end of each.</param>
/// <param name="Next">What the next page comes after; <c>null</c> on the last.</param>
public sealed record JobPage(IReadOnlyList<JobSummary> Items, JobId? Next);
