namespace CharacterRefs.Application.Ports.Assets;

/// <summary>An asset in a listing. A bucket lists neither media types nor our hashes.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="LastModified">When it was stored, UTC.</param>
public sealed record AssetEntry(AssetKey Key, long Length, DateTimeOffset LastModified);
