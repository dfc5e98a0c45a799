namespace CharacterRefs.Api.Jobs;

/// <summary>What came of repairing a job's set in the store.</summary>
public sealed record RepairJobAssetsResponse
{
    /// <summary>The job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>Paths of what was stored again and read back.</summary>
    /// <example>["scenes/scene_07.mp4"]</example>
    public required IReadOnlyList<string> Repaired { get; init; }

    /// <summary>What is still missing or corrupt, because the workspace has no such file or another one.</summary>
    public required IReadOnlyList<FailedJobFile> Failed { get; init; }

    /// <summary>Whether the store has everything now that the manifest names.</summary>
    /// <example>true</example>
    public required bool Complete { get; init; }
}
