namespace CharacterRefs.Api.Jobs;

/// <summary>What is left of a deleted job in the store.</summary>
public sealed record DeleteJobResponse
{
    /// <summary>Id of the job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>Keys of the objects under the job's prefix that were kept, because they are not part of a set.</summary>
    /// <example>["videos/video-42/intermediate/lipsync/take_1.mp4"]</example>
    public required IReadOnlyList<string> Kept { get; init; }
}
