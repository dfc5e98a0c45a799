namespace CharacterRefs.Api.Jobs;

/// <summary>From where a job's set is to be repaired.</summary>
public sealed record RepairJobAssetsRequest
{
    /// <summary>A directory inside JOBS_ROOT, absolute or relative to it; null = JOBS_ROOT/{job_id}.</summary>
    /// <example>video-42</example>
    public string? LocalBasePath { get; init; }
}
