using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Application.Ports.Assets;

/// <summary>Checks addresses that <see cref="IAssetUrlSigner"/> signed for a route of this service. Only a store without a server of its own has one.</summary>
public interface ISignedUrlGate
{
    /// <summary>Until when the address admits to the asset.</summary>
    /// <param name="key">The asset that it names.</param>
    /// <param name="expires">Its <c>expires</c>; <c>null</c> when it has none.</param>
    /// <param name="signature">Its <c>signature</c>; <c>null</c> when it has none.</param>
    /// <returns>Its end; <c>null</c> when it was not signed here for this asset, or has expired.</returns>
    DateTimeOffset? Admits(AssetKey key, string? expires, string? signature);
}
