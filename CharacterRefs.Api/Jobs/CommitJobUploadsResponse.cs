namespace CharacterRefs.Api.Jobs;

/// <summary>The outcome of a commit of uploads.</summary>
public sealed record CommitJobUploadsResponse
{
    /// <summary>Id of the job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>Paths of the files that are in the set now.</summary>
    public required IReadOnlyList<string> Committed { get; init; }

    /// <summary>Paths of the files that the set had with the same bytes.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>Files that were not committed, because their bytes are missing or are not those that were announced.</summary>
    public required IReadOnlyList<FailedJobFile> Failed { get; init; }

    /// <summary>The current manifest; null if there is none.</summary>
    public JobManifestSummary? Manifest { get; init; }
}
