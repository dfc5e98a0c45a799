namespace CharacterRefs.Application.Jobs.PersistJobAssets;

/// <summary>Persist the files of a job's workspace.</summary>
/// <param name="LocalBasePath">The workspace, inside <c>JOBS_ROOT</c>; <c>null</c> = <c>JOBS_ROOT/{job_id}</c>.</param>
/// <param name="IsMirror">Whether files that are gone from the workspace leave the set; images that are associated with the job stay.</param>
public sealed record PersistJobAssetsCommand(JobId JobId, string? LocalBasePath, bool IsMirror = false);
