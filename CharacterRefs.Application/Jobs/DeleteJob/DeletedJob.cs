namespace CharacterRefs.Application.Jobs.DeleteJob;

/// <summary>The outcome of deleting a job.</summary>
/// <param name="Kept">Names of objects that are still under its prefix, in the order of the store.</param>
public sealed record DeletedJob(JobId JobId, IReadOnlyList<string> Kept);
