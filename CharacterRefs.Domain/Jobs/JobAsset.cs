using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Domain.Jobs;

/// <summary>One file of a job's set as it stands in the store.</summary>
public sealed record JobAsset
{
    /// <summary>Where it belongs in the workspace.</summary>
    public required JobAssetPath Path { get; init; }

    /// <summary>Where its bytes are. For the moment between two states of a set this is not the key that the layout gives the path.</summary>
    public required AssetKey Key { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 of the bytes.</summary>
    public required ContentHash Sha256 { get; init; }

    /// <summary>CRC-32 of the bytes, as zip files have it (ISO-HDLC: polynomial 04C11DB7, reflected).</summary>
    public required uint Crc32 { get; init; }

    /// <summary>IANA media type, told by the name.</summary>
    public required string MediaType { get; init; }

    /// <summary>When the file was last written in the workspace, UTC.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>When it was taken into the store, UTC.</summary>
    public required DateTimeOffset StoredAt { get; init; }
}
