namespace CharacterRefs.Application.Jobs.RepairJobAssets;

/// <summary>Bring back what the store lost of a job.</summary>
/// <param name="LocalBasePath">Where the workspace is, inside <c>JOBS_ROOT</c>; <c>null</c> = <c>JOBS_ROOT/{job_id}</c>.</param>
public sealed record RepairJobAssetsCommand(JobId JobId, string? LocalBasePath);
