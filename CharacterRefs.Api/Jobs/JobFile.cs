namespace CharacterRefs.Api.Jobs;

/// <summary>A file of a job's workspace.</summary>
public sealed record JobFile
{
    /// <summary>Path of the file in the workspace.</summary>
    /// <example>scenes/scene_07.mp4</example>
    public required string Path { get; init; }

    /// <summary>Length in bytes.</summary>
    /// <example>4194304</example>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 in hexadecimal.</summary>
    /// <example>9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08</example>
    public required string Sha256 { get; init; }

    /// <summary>When the file was written, RFC 3339 UTC.</summary>
    /// <example>2026-11-22T18:00:00.000000Z</example>
    public required DateTimeOffset ModifiedAt { get; init; }
}
