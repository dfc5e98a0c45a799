namespace CharacterRefs.Application.Ports.Assets;

/// <summary>Validates URLs that <see cref="IAssetUrlSigner"/> signed for a route of this service. Only for a store without a server of its own.</summary>
public interface ISignedUrlGate
{
    /// <summary>Validates a signed URL.</summary>
    /// <param name="key">The asset in the URL.</param>
    /// <param name="expires">The <c>expires</c> of the URL; <c>null</c> when it has none.</param>
    /// <param name="signature">The <c>signature</c> of the URL; <c>null</c> when it has none.</param>
    /// <returns>When it expires; <c>null</c> when it was not signed here for this asset, or has expired.</returns>
    DateTimeOffset? Admits(AssetKey key, string? expires, string? signature);
}
