namespace CharacterRefs.Application.Jobs.ListJobs;

/// <summary>List known jobs.</summary>
/// <param name="Text">Only jobs whose id contains this text, in any letter case; <c>null</c> for all.</param>
/// <param name="After">The last job of the previous page; <c>null</c> for the first page.</param>
/// <param name="Limit">Most items on the page.</param>
public sealed record ListJobsQuery(string? Text, JobId? After, int Limit);
