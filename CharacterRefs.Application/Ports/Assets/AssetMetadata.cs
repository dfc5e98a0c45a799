namespace CharacterRefs.Application.Ports.Assets;

/// <summary>Metadata of an asset.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="MediaType">As stored with it; <c>application/octet-stream</c> when another program stored it without one.</param>
/// <param name="Sha256">As stored with it; <c>null</c> when another program stored it without one.</param>
/// <param name="LastModified">When it was stored, UTC.</param>
public sealed record AssetMetadata(AssetKey Key, long Length, string MediaType, ContentHash? Sha256, DateTimeOffset LastModified);
