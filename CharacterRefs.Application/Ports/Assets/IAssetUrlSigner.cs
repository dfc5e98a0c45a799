namespace CharacterRefs.Application.Ports.Assets;

/// <summary>Signs URLs by which anybody may read one asset until they expire. Signing sends no request: the asset need not exist.</summary>
public interface IAssetUrlSigner
{
    /// <summary>Signs a URL that is the same for every caller within a window, so that caches and pages can keep it.</summary>
    /// <param name="lifetime">Minimum time that the URL must be valid from now.</param>
    /// <returns>The URL and its exact expiry.</returns>
    /// <exception cref="AssetStoreUnavailableException">There are no credentials to sign with.</exception>
    PresignedUrl Sign(AssetKey key, TimeSpan lifetime);
}
