namespace CharacterRefs.Api.Jobs;

/// <summary>Which workspace is to be stored.</summary>
public sealed record PersistJobAssetsRequest
{
    /// <summary>Directory inside <c>JOBS_ROOT</c>, absolute or relative to it; null = <c>JOBS_ROOT/{job_id}</c>.</summary>
    /// <example>video-42</example>
    public string? LocalBasePath { get; init; }

    /// <summary>
    /// Whether files that are gone from the workspace leave the set; they are kept as versions if `ASSET_BACKUP_LIMIT` allows. Images associated with the job
    /// stay.
    /// </summary>
    /// <example>false</example>
    public bool Mirror { get; init; }
}
