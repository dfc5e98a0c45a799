using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Application.Storage.ReadSignedAsset;

/// <summary>An asset that may be read until its URL expires.</summary>
/// <param name="ExpiresAt">When the URL expires, UTC.</param>
/// <param name="OpenAsync">
/// Opens these bytes, <c>null</c> for all, as <see cref="IAssetStore.OpenReadAsync"/>. The asset may have been replaced since; it then has other
/// metadata.
/// </param>
public sealed record SignedAsset(AssetMetadata Metadata, DateTimeOffset ExpiresAt, Func<ByteSpan?, CancellationToken, Task<OpenAsset?>> OpenAsync);
