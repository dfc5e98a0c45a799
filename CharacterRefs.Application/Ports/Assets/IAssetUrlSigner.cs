using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Application.Ports.Assets;

/// <summary>
/// Makes addresses under which anybody may read one asset until they expire. Signing asks nobody: it says nothing about the asset being there.
/// </summary>
public interface IAssetUrlSigner
{
    /// <summary>An address that is the same for every caller within a window, so that caches and pages can keep it.</summary>
    /// <param name="key">Which asset.</param>
    /// <param name="lifetime">How long it must hold at the least, counted from now.</param>
    /// <returns>The address and its exact end.</returns>
    /// <exception cref="AssetStoreUnavailableException">There are no credentials to sign with.</exception>
    PresignedUrl Sign(AssetKey key, TimeSpan lifetime);
}
