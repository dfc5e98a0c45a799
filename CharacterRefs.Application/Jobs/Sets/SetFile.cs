namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>A file of a set. Without a manifest only its key and length are known.</summary>
public sealed record SetFile
{
    /// <summary>Its path in the workspace.</summary>
    public required JobAssetPath Path { get; init; }

    /// <summary>The key of its bytes.</summary>
    public required AssetKey Key { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 of the bytes; <c>null</c> without a manifest.</summary>
    public ContentHash? Sha256 { get; init; }

    /// <summary>CRC-32 of the bytes; <c>null</c> without a manifest.</summary>
    public uint? Crc32 { get; init; }

    /// <summary>IANA media type.</summary>
    public required string MediaType { get; init; }

    /// <summary>When the file was last written in the workspace, UTC; <c>null</c> without a manifest.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>When it was saved in the store, UTC.</summary>
    public required DateTimeOffset StoredAt { get; init; }

    /// <summary>A file as its manifest describes it.</summary>
    public static SetFile Of(JobAsset asset) => new()
    {
        Path = asset.Path,
        Key = asset.Key,
        SizeBytes = asset.SizeBytes,
        Sha256 = asset.Sha256,
        Crc32 = asset.Crc32,
        MediaType = asset.MediaType,
        ModifiedAt = asset.ModifiedAt,
        StoredAt = asset.StoredAt,
    };
}
