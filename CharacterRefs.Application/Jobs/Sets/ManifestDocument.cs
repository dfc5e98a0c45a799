namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>The content of <c>manifest.json</c>.</summary>
internal sealed record ManifestDocument
{
    /// <summary>Of this form. A reader refuses a higher one rather than lose what it does not know.</summary>
    public required int FormatVersion { get; init; }

    public required string JobId { get; init; }

    public required DateTimeOffset StoredAt { get; init; }

    public required IReadOnlyList<ManifestFile> Files { get; init; }

    public IReadOnlyList<ManifestFile> Versions { get; init; } = [];

    /// <summary>Keys that are still to be removed; absent when there are none.</summary>
    public IReadOnlyList<string>? Leftovers { get; init; }
}
