namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>One file in <c>manifest.json</c>. A version also has the path of its file and its number.</summary>
internal sealed record ManifestFile
{
    public required string Path { get; init; }

    /// <summary>For people; it is derived from the path.</summary>
    public string? Role { get; init; }

    public required string Key { get; init; }

    public required long SizeBytes { get; init; }

    /// <summary>64 hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>8 hexadecimal digits.</summary>
    public required string Crc32 { get; init; }

    public required string ContentType { get; init; }

    public required DateTimeOffset ModifiedAt { get; init; }

    public required DateTimeOffset StoredAt { get; init; }

    public string? VersionOf { get; init; }

    public int? Version { get; init; }
}
