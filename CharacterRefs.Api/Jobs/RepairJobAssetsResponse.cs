namespace CharacterRefs.Api.Jobs;

/// <summary>The outcome of a repair.</summary>
public sealed record RepairJobAssetsResponse
{
    /// <summary>Id of the job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>Paths of the files uploaded again and verified.</summary>
    /// <example>["scenes/scene_07.mp4"]</example>
    public required IReadOnlyList<string> Repaired { get; init; }

    /// <summary>Files still missing or corrupt, because the workspace does not contain them with the same bytes.</summary>
    public required IReadOnlyList<FailedJobFile> Failed { get; init; }

    /// <summary>Whether the store now contains every file of the manifest.</summary>
    /// <example>true</example>
    public required bool Complete { get; init; }
}
