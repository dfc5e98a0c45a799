namespace CharacterRefs.Api.Jobs;

/// <summary>A file that could not be dealt with; the others were.</summary>
public sealed record FailedJobFile
{
    /// <summary>Its path in the workspace.</summary>
    /// <example>scenes/scene_07.mp4</example>
    public required string Path { get; init; }

    /// <summary>Code, as in a problem's <c>error</c>.</summary>
    /// <example>StorageUnavailable</example>
    public required string Error { get; init; }

    /// <summary>The reason in words.</summary>
    /// <example>The store cannot be reached.</example>
    public required string Detail { get; init; }
}
