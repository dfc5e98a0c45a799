namespace CharacterRefs.Api.Jobs;

/// <summary>A summary of a job's manifest.</summary>
public sealed record JobManifestSummary
{
    /// <summary>Key of the manifest in the object store.</summary>
    /// <example>videos/video-42/manifest.json</example>
    public required string Path { get; init; }

    /// <summary>When the manifest was committed, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T19:15:00.000000Z</example>
    public required DateTimeOffset StoredAt { get; init; }

    /// <summary>Whether the set has every file of the workspace; false if there are entries in `failed`.</summary>
    /// <example>true</example>
    public required bool Complete { get; init; }

    /// <summary>Number of files in the set, without versions.</summary>
    /// <example>300</example>
    public required int FileCount { get; init; }

    /// <summary>Total length of these files, in bytes.</summary>
    /// <example>848000000</example>
    public required long TotalBytes { get; init; }
}
