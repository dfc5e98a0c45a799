namespace CharacterRefs.Api.Jobs;

/// <summary>Where to send the files of a job.</summary>
public sealed record PresignedJobUploadList
{
    /// <summary>Id of the job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>The files, in the order of the request.</summary>
    public required IReadOnlyList<PresignedJobUpload> Files { get; init; }
}
