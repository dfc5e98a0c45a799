namespace CharacterRefs.Api.Jobs;

/// <summary>A file that failed; the other files are unaffected.</summary>
public sealed record FailedJobFile
{
    /// <summary>Path of the file in the workspace.</summary>
    /// <example>scenes/scene_07.mp4</example>
    public required string Path { get; init; }

    /// <summary>Code of the error, as in <c>Problem.error</c>.</summary>
    /// <example>StorageUnavailable</example>
    public required string Error { get; init; }

    /// <summary>Cause of the failure.</summary>
    /// <example>The object store is unreachable.</example>
    public required string Detail { get; init; }
}
