using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.DownloadJobAssets;

/// <summary>Rebuild a workspace from what the store has.</summary>
/// <param name="JobId">The job.</param>
/// <param name="LocalBasePath">Where the workspace is, inside <c>JOBS_ROOT</c>; <c>null</c> = <c>JOBS_ROOT/{job_id}</c>.</param>
public sealed record DownloadJobAssetsCommand(JobId JobId, string? LocalBasePath);
