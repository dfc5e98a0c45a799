using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Domain.Jobs;

/// <summary>One file of a job's set in the store.</summary>
public sealed record JobAsset
{
    /// <summary>Its path in the workspace.</summary>
    public required JobAssetPath Path { get; init; }

    /// <summary>The key of its bytes. Until a commit has moved them, it differs from the key that the layout gives the path.</summary>
    public required AssetKey Key { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 of the bytes.</summary>
    public required ContentHash Sha256 { get; init; }

    /// <summary>CRC-32 of the bytes as in zip files (ISO-HDLC: polynomial 04C11DB7, reflected).</summary>
    public required uint Crc32 { get; init; }

    /// <summary>IANA media type, by the extension.</summary>
    public required string MediaType { get; init; }

    /// <summary>When the file was last written in the workspace, UTC.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>When it was saved in the store, UTC.</summary>
    public required DateTimeOffset StoredAt { get; init; }
}
