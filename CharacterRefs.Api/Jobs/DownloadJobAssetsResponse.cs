namespace CharacterRefs.Api.Jobs;

/// <summary>The outcome of a restore. Lists are in code point order.</summary>
public sealed record DownloadJobAssetsResponse
{
    /// <summary>Id of the job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>The workspace, relative to the server's working directory.</summary>
    /// <example>mv/jobs/video-42</example>
    public required string LocalBasePath { get; init; }

    /// <summary>Paths of the fetched files.</summary>
    /// <example>["final/movie.mp4", "metadata.json"]</example>
    public required IReadOnlyList<string> Downloaded { get; init; }

    /// <summary>Paths of files that already existed with the same bytes.</summary>
    /// <example>["character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png"]</example>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>Files that could not be fetched, or whose path is outside the workspace; they were not changed.</summary>
    public required IReadOnlyList<FailedJobFile> Failed { get; init; }

    /// <summary>
    /// What the restore does not bring: other objects under the job's prefix, and files that the persist refused. Kept versions are listed by
    /// `GET /jobs/{job_id}/assets`.
    /// </summary>
    /// <example>["lipsync/take_1.mp4"]</example>
    public required IReadOnlyList<string> Ignored { get; init; }

    /// <summary>Paths of the job's images now in the workspace, fetched or skipped.</summary>
    /// <example>["character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png"]</example>
    public required IReadOnlyList<string> CharacterReferences { get; init; }
}
