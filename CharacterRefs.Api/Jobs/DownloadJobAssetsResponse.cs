namespace CharacterRefs.Api.Jobs;

/// <summary>What came of restoring a job's files. Lists are in the order of the paths' characters.</summary>
public sealed record DownloadJobAssetsResponse
{
    /// <summary>The job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>The workspace, relative to the server's working directory.</summary>
    /// <example>mv/jobs/video-42</example>
    public required string LocalBasePath { get; init; }

    /// <summary>Paths of the files that were fetched.</summary>
    /// <example>["final/movie.mp4", "metadata.json"]</example>
    public required IReadOnlyList<string> Downloaded { get; init; }

    /// <summary>Paths of the files that were there already, with the same bytes.</summary>
    /// <example>["character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png"]</example>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>What could not be fetched, or is refused because it would lie outside the workspace; of these nothing was changed.</summary>
    public required IReadOnlyList<FailedJobFile> Failed { get; init; }

    /// <summary>Paths of the job's images that are in the workspace now, fetched or there already.</summary>
    /// <example>["character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png"]</example>
    public required IReadOnlyList<string> CharacterReferences { get; init; }
}
