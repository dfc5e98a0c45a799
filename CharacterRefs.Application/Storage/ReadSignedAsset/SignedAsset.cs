using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Application.Storage.ReadSignedAsset;

/// <summary>An asset that somebody may read for a while.</summary>
/// <param name="Metadata">What is known of it.</param>
/// <param name="ExpiresAt">When the address that led here ends, UTC.</param>
/// <param name="OpenAsync">
/// Opens these bytes of it, <c>null</c> for all, by the rules of <see cref="IAssetStore.OpenReadAsync"/>. What is opened may have been replaced since: then
/// it has other metadata.
/// </param>
public sealed record SignedAsset(AssetMetadata Metadata, DateTimeOffset ExpiresAt, Func<ByteSpan?, CancellationToken, Task<OpenAsset?>> OpenAsync);
