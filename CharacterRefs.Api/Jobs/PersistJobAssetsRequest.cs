namespace CharacterRefs.Api.Jobs;

/// <summary>Which workspace is to be stored.</summary>
public sealed record PersistJobAssetsRequest
{
    /// <summary>A directory inside JOBS_ROOT, absolute or relative to it; null = JOBS_ROOT/{job_id}.</summary>
    /// <example>video-42</example>
    public string? LocalBasePath { get; init; }
}
