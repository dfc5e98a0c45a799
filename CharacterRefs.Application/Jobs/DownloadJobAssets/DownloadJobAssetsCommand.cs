namespace CharacterRefs.Application.Jobs.DownloadJobAssets;

/// <summary>Restore a workspace from the store.</summary>
/// <param name="LocalBasePath">The workspace, inside <c>JOBS_ROOT</c>; <c>null</c> = <c>JOBS_ROOT/{job_id}</c>.</param>
public sealed record DownloadJobAssetsCommand(JobId JobId, string? LocalBasePath);
