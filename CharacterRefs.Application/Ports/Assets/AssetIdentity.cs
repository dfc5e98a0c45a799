using System.Security.Cryptography;

namespace CharacterRefs.Application.Ports.Assets;

/// <summary>The one rule by which an object in a store is the expected one: same length, same SHA-256. The same for every store and use case.</summary>
public static class AssetIdentity
{
    /// <summary>Compares by the metadata only.</summary>
    /// <param name="existing">What the store has; <c>null</c> when it has nothing.</param>
    /// <param name="length">Expected length in bytes.</param>
    /// <param name="sha256">Expected hash.</param>
    /// <param name="isHashRequired">Whether an object that another program stored without a hash is a mismatch; otherwise its length decides.</param>
    public static bool Matches(AssetMetadata? existing, long length, ContentHash sha256, bool isHashRequired = true) =>
        existing?.Length == length && (existing.Sha256 is { } hash ? hash == sha256 : !isHashRequired);

    /// <summary>Compares by the metadata, and reads the object when another program stored it without a hash.</summary>
    /// <returns><see cref="SaveOutcome.AlreadyStored"/> or <see cref="SaveOutcome.Conflict"/>; <c>null</c> when it was removed meanwhile.</returns>
    public static async Task<SaveOutcome?> CompareAsync(
        IAssetStore store, AssetMetadata existing, long length, ContentHash sha256, CancellationToken cancellationToken)
    {
        if (existing.Length != length)
        {
            return SaveOutcome.Conflict;
        }

        var hash = existing.Sha256 ?? await HashAsync(store, existing.Key, cancellationToken);
        return hash is null ? null : hash == sha256 ? SaveOutcome.AlreadyStored : SaveOutcome.Conflict;
    }

    /// <summary>Reads an object and hashes it.</summary>
    /// <returns><c>null</c> when it is absent.</returns>
    public static async Task<ContentHash?> HashAsync(IAssetStore store, AssetKey key, CancellationToken cancellationToken)
    {
        await using var asset = await store.OpenReadAsync(key, null, cancellationToken);
        return asset is null ? null : ContentHash.FromDigest(await SHA256.HashDataAsync(asset.Content, cancellationToken));
    }
}
