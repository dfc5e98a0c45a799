namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>The content of <c>manifest.json</c>.</summary>
internal sealed record ManifestDocument
{
    /// <summary>Version of this format. A reader rejects a higher one, because rewriting it would lose unknown members.</summary>
    public required int FormatVersion { get; init; }

    public required string JobId { get; init; }

    public required DateTimeOffset StoredAt { get; init; }

    public required IReadOnlyList<ManifestFile> Files { get; init; }

    public IReadOnlyList<ManifestFile> Versions { get; init; } = [];

    /// <summary>Files of the workspace that the set does not have; absent when there are none.</summary>
    public IReadOnlyList<RefusedJobFile>? Refused { get; init; }

    /// <summary>Keys still to be deleted; absent when there are none.</summary>
    public IReadOnlyList<string>? Leftovers { get; init; }
}
