using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Jobs.VerifyJobAssets;

namespace CharacterRefs.Api.Jobs;

/// <summary>The outcome of a verification.</summary>
public sealed record VerifyJobAssetsResponse
{
    /// <summary>Id of the job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>How the set was verified.</summary>
    /// <example>hash</example>
    [KnownValues(typeof(VerifyDepth))]
    public required string Depth { get; init; }

    /// <summary>Whether no file is missing or corrupt; extra files are allowed.</summary>
    /// <example>false</example>
    public required bool Complete { get; init; }

    /// <summary>Paths of files that match the manifest.</summary>
    /// <example>["final/movie.mp4"]</example>
    public required IReadOnlyList<string> Ok { get; init; }

    /// <summary>Paths of files that do not exist in the store.</summary>
    /// <example>["audio/voice.mp3"]</example>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>
    /// Stored files that the manifest does not name: the path in the workspace, or the key for a file without one. Includes images associated since the
    /// last persist.
    /// </summary>
    /// <example>["character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png"]</example>
    public required IReadOnlyList<string> Extra { get; init; }

    /// <summary>Paths of files that do not match the manifest, and of invalid manifest entries.</summary>
    /// <example>["scenes/scene_07.mp4"]</example>
    public required IReadOnlyList<string> Corrupt { get; init; }
}
