namespace CharacterRefs.Api.Jobs;

/// <summary>The outcome of a persist. The URLs cover all files of the current set, including files no longer in the workspace.</summary>
public sealed record PersistJobAssetsResponse
{
    /// <summary>Id of the job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>A presigned URL of the final video: the newest file under <c>final/</c> that is not a version; null without one.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/videos/video-42/final/movie.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public string? FinalVideo { get; init; }

    /// <summary>Presigned URLs of the files in <c>scenes/</c>, in the order of their names.</summary>
    public required IReadOnlyList<string> Scenes { get; init; }

    /// <summary>Presigned URLs of the files in <c>audio/</c>, in the order of their names.</summary>
    public required IReadOnlyList<string> Audio { get; init; }

    /// <summary>Presigned URLs of the files in <c>uploads/</c>, in the order of their names.</summary>
    public required IReadOnlyList<string> Uploads { get; init; }

    /// <summary>Presigned URLs of the files in <c>character_reference/</c>, in the order of their names.</summary>
    public required IReadOnlyList<string> CharacterReferences { get; init; }

    /// <summary>A presigned URL of <c>metadata.json</c>; null without one.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/videos/video-42/intermediate/metadata.json?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public string? Metadata { get; init; }

    /// <summary>A presigned URL of <c>script.json</c>; null without one.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/videos/video-42/intermediate/script.json?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public string? Script { get; init; }

    /// <summary>Paths of the files that were uploaded and are in the set now, and of those that were damaged in the local store and were replaced.</summary>
    public required IReadOnlyList<string> Uploaded { get; init; }

    /// <summary>Paths of files that were already stored with the same bytes.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>Paths of the files that left the set; empty without `mirror`.</summary>
    public required IReadOnlyList<string> Removed { get; init; }

    /// <summary>
    /// Files that could not be stored. Files that cannot be part of a set, such as links and illegal names, are also listed in the manifest. If the store
    /// failed for a file, the manifest does not change; repeating the request continues the upload.
    /// </summary>
    public required IReadOnlyList<FailedJobFile> Failed { get; init; }

    /// <summary>Paths that are not part of a set; folders end with a slash.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }

    /// <summary>The current manifest; null if there is none, and so no complete set.</summary>
    public JobManifestSummary? Manifest { get; init; }
}
