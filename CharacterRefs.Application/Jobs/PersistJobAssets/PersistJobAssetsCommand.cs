using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.PersistJobAssets;

/// <summary>Store what lies in a job's workspace.</summary>
/// <param name="JobId">The job.</param>
/// <param name="LocalBasePath">Where the workspace is, inside <c>JOBS_ROOT</c>; <c>null</c> = <c>JOBS_ROOT/{job_id}</c>.</param>
public sealed record PersistJobAssetsCommand(JobId JobId, string? LocalBasePath);
