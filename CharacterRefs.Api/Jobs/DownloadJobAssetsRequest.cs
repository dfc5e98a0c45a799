namespace CharacterRefs.Api.Jobs;

/// <summary>Where to restore a job's files.</summary>
public sealed record DownloadJobAssetsRequest
{
    /// <summary>Directory inside <c>JOBS_ROOT</c>, absolute or relative to it; null = <c>JOBS_ROOT/{job_id}</c>.</summary>
    /// <example>video-42</example>
    public string? LocalBasePath { get; init; }
}
