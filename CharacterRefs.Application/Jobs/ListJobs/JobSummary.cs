namespace CharacterRefs.Application.Jobs.ListJobs;

/// <summary>A job in few numbers.</summary>
public sealed record JobSummary
{
    public required JobId JobId { get; init; }

    /// <summary>Number of images that are associated with it.</summary>
    public required int ImageCount { get; init; }

    /// <summary>Number of files of its set in the store, without versions.</summary>
    public required int FileCount { get; init; }

    /// <summary>Their length in bytes.</summary>
    public required long TotalBytes { get; init; }

    /// <summary>When the set was committed, or without a manifest when its newest file was stored, UTC; <c>null</c> without files.</summary>
    public required DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Whether the set has a manifest and every file that the workspace had.</summary>
    public required bool IsComplete { get; init; }
}
