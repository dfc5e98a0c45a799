namespace CharacterRefs.Api.Jobs;

/// <summary>What came of storing a workspace. The URLs are of all files of the set in force, also of those that left the workspace.</summary>
public sealed record PersistJobAssetsResponse
{
    /// <summary>The job.</summary>
    /// <example>video-42</example>
    public required string JobId { get; init; }

    /// <summary>A presigned URL of the newest file of final/ that is no version of another; null without one.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/videos/video-42/final/movie.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public string? FinalVideo { get; init; }

    /// <summary>Presigned URLs of scenes/, in the order of the file names.</summary>
    public required IReadOnlyList<string> Scenes { get; init; }

    /// <summary>Presigned URLs of audio/, in the order of the file names.</summary>
    public required IReadOnlyList<string> Audio { get; init; }

    /// <summary>Presigned URLs of uploads/, in the order of the file names.</summary>
    public required IReadOnlyList<string> Uploads { get; init; }

    /// <summary>Presigned URLs of character_reference/, in the order of the file names.</summary>
    public required IReadOnlyList<string> CharacterReferences { get; init; }

    /// <summary>A presigned URL of metadata.json; null without one.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/videos/video-42/intermediate/metadata.json?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public string? Metadata { get; init; }

    /// <summary>A presigned URL of script.json; null without one.</summary>
    /// <example>https://refs.s3.eu-central-1.amazonaws.com/videos/video-42/intermediate/script.json?X-Amz-Algorithm=AWS4-HMAC-SHA256</example>
    public string? Script { get; init; }

    /// <summary>Paths whose bytes were brought into the store.</summary>
    public required IReadOnlyList<string> Uploaded { get; init; }

    /// <summary>Paths whose bytes the store had already.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>Files that could not be stored. While there is one, the manifest does not change; storing again goes on where this ended.</summary>
    public required IReadOnlyList<FailedJobFile> Failed { get; init; }

    /// <summary>Paths that are no part of a set; folders end with a slash.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }

    /// <summary>The manifest in force; null when there is none, and so no complete set.</summary>
    public JobManifestSummary? Manifest { get; init; }
}
