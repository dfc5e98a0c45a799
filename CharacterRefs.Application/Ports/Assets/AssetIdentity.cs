using System.Security.Cryptography;
using CharacterRefs.Domain.Assets;

<<<<<<<< HEAD:CharacterRefs.Infrastructure/Storage/Assets/AssetIdentity.cs
namespace CharacterRefs.Infrastructure.Storage.Assets;

/// <summary>Whether the asset that exists at a key is the one that was to be stored: the rule of <see cref="SaveOutcome"/>, the same for every store.</summary>
internal static class AssetIdentity
========
namespace CharacterRefs.Application.Ports.Assets;

/// <summary>Whether what stands under a key is what was to be stored there: the rule of <see cref="SaveOutcome"/>, the same for every store.</summary>
public static class AssetIdentity
>>>>>>>> dd7b503 (Name the copies of an image after where they are: remote copy, pending, persisted):CharacterRefs.Application/Ports/Assets/AssetIdentity.cs
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
