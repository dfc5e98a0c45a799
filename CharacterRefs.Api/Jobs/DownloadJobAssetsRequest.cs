namespace CharacterRefs.Api.Jobs;

/// <summary>Where a job's files are to be restored.</summary>
public sealed record DownloadJobAssetsRequest
{
    /// <summary>A directory inside JOBS_ROOT, absolute or relative to it; null = JOBS_ROOT/{job_id}.</summary>
    /// <example>video-42</example>
    public string? LocalBasePath { get; init; }
}
