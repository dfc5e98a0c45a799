using CharacterRefs.Domain.Jobs;

namespace CharacterRefs.Application.Jobs.PersistJobAssets;

/// <summary>What came of storing a workspace.</summary>
public sealed record PersistedJobAssets
{
    /// <summary>The job.</summary>
    public required JobId JobId { get; init; }

    /// <summary>The manifest in force: the new one, or when something failed the one before; <c>null</c> when there is none.</summary>
    public required JobManifest? Manifest { get; init; }

    /// <summary>Addresses of the files that it names.</summary>
    public required JobSetUrls Urls { get; init; }

    /// <summary>Paths whose bytes were brought into the store, in the order of their code points.</summary>
    public required IReadOnlyList<string> Uploaded { get; init; }

    /// <summary>Paths whose bytes the store had already.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>Paths of what is no part of a set.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }

    /// <summary>What could not be stored. While there is one, the manifest does not change.</summary>
    public required IReadOnlyList<JobFileFailure> Failed { get; init; }
}
