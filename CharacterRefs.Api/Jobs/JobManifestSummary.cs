namespace CharacterRefs.Api.Jobs;

/// <summary>The manifest of a job in a few numbers.</summary>
public sealed record JobManifestSummary
{
    /// <summary>Its key in the store.</summary>
    /// <example>videos/video-42/manifest.json</example>
    public required string Path { get; init; }

    /// <summary>When this state of the set was reached, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T19:15:00.000000Z</example>
    public required DateTimeOffset StoredAt { get; init; }

    /// <summary>Whether it holds the workspace as it is: false when a file failed and the manifest is the one before.</summary>
    /// <example>true</example>
    public required bool Complete { get; init; }

    /// <summary>Files that it names, versions not counted.</summary>
    /// <example>300</example>
    public required int FileCount { get; init; }

    /// <summary>Bytes of these files.</summary>
    /// <example>848000000</example>
    public required long TotalBytes { get; init; }
}
