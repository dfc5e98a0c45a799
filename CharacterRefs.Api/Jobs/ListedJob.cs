namespace CharacterRefs.Api.Jobs;

/// <summary>A known job.</summary>
public sealed record ListedJob
{
    /// <summary>Id of the job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>Number of images associated with it.</summary>
    /// <example>3</example>
    public required int ImageCount { get; init; }

    /// <summary>Number of files of its stored set, without versions.</summary>
    /// <example>300</example>
    public required int FileCount { get; init; }

    /// <summary>Total length of these files, in bytes.</summary>
    /// <example>858993459</example>
    public required long TotalBytes { get; init; }

    /// <summary>When the set was committed, or without a manifest when its newest file was stored, RFC 3339 UTC; null without files.</summary>
    /// <example>2026-11-22T18:00:07.000000Z</example>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Whether the set has a manifest with every file that the workspace had.</summary>
    /// <example>true</example>
    public required bool Complete { get; init; }
}
