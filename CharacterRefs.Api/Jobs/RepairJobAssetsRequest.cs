namespace CharacterRefs.Api.Jobs;

/// <summary>The workspace to repair a job's set from.</summary>
public sealed record RepairJobAssetsRequest
{
    /// <summary>Directory inside <c>JOBS_ROOT</c>, absolute or relative to it; null = <c>JOBS_ROOT/{job_id}</c>.</summary>
    /// <example>video-42</example>
    public string? LocalBasePath { get; init; }
}
