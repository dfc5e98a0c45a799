namespace CharacterRefs.Api.Jobs;

/// <summary>Whether the store has what a job's manifest says.</summary>
public sealed record VerifyJobAssetsResponse
{
    /// <summary>The job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary><c>size</c> or <c>hash</c>.</summary>
    /// <example>hash</example>
    public required string Depth { get; init; }

    /// <summary>Whether nothing is missing and nothing corrupt; what is extra does no harm.</summary>
    /// <example>false</example>
    public required bool Complete { get; init; }

    /// <summary>Paths of files that the store has as they were stored.</summary>
    /// <example>["final/movie.mp4"]</example>
    public required IReadOnlyList<string> Ok { get; init; }

    /// <summary>Paths of files of which the store has nothing.</summary>
    /// <example>["audio/voice.mp3"]</example>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>
    /// What the store has beyond the manifest: the path in the workspace, or for what has none the whole key. Images that were associated since the
    /// last persist are among them.
    /// </summary>
    /// <example>["character_reference/019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44.png"]</example>
    public required IReadOnlyList<string> Extra { get; init; }

    /// <summary>Paths of files of which the store has other bytes, and of entries of the manifest that cannot be trusted.</summary>
    /// <example>["scenes/scene_07.mp4"]</example>
    public required IReadOnlyList<string> Corrupt { get; init; }
}
