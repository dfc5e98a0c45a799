using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Infrastructure.Storage.Assets;

/// <summary>Whether the asset that exists at a key is the one that was to be stored: the rule of <see cref="SaveOutcome"/>, the same for every store.</summary>
internal static class AssetIdentity
{
    /// <summary>
    /// Compares by length, then by the hash that was stored with the asset, and reads the asset only when it was stored without one, by another
    /// program.
    /// </summary>
    /// <returns><see cref="SaveOutcome.AlreadyStored"/> or <see cref="SaveOutcome.Conflict"/>; <c>null</c> when it was deleted meanwhile.</returns>
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

    /// <summary>Hashes an asset by reading it.</summary>
    /// <returns><c>null</c> when it is absent.</returns>
    public static async Task<ContentHash?> HashAsync(IAssetStore store, AssetKey key, CancellationToken cancellationToken)
    {
        await using var asset = await store.OpenReadAsync(key, null, cancellationToken);
        return asset is null ? null : ContentHash.FromDigest(await SHA256.HashDataAsync(asset.Content, cancellationToken));
    }
}
