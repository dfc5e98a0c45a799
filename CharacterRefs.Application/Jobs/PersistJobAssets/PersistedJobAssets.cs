namespace CharacterRefs.Application.Jobs.PersistJobAssets;

/// <summary>The outcome of persisting a workspace.</summary>
public sealed record PersistedJobAssets
{
    public required JobId JobId { get; init; }

    /// <summary>The current manifest: the new one, or the one before when the store failed for a file; <c>null</c> when there is none.</summary>
    public required JobManifest? Manifest { get; init; }

    /// <summary>Presigned URLs of the files that it names.</summary>
    public required JobSetUrls Urls { get; init; }

    /// <summary>
    /// Paths of the files that were uploaded and committed, or whose damaged bytes in the store were replaced, in the order of their code points.
    /// </summary>
    public required IReadOnlyList<string> Uploaded { get; init; }

    /// <summary>Paths of the files that the store had already.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>Paths of the files that left the set, because they are gone from the workspace.</summary>
    public required IReadOnlyList<string> Removed { get; init; }

    /// <summary>Paths that are not part of a set.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }

    /// <summary>
    /// Files that could not be persisted: refused ones, which the manifest lists, and those for which the store failed. While there is one of the latter, the
    /// manifest does not change.
    /// </summary>
    public required IReadOnlyList<JobFileFailure> Failed { get; init; }
}
