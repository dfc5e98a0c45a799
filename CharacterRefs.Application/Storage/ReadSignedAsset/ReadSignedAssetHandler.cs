using CharacterRefs.Application.Ports;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Application.Storage.ReadSignedAsset;

/// <summary>Opens an asset for whoever comes with an address that was signed here.</summary>
public sealed class ReadSignedAssetHandler(IAssetStore store, ISignedUrlGate gate)
{
    /// <param name="key">As it stands in the address.</param>
    /// <param name="expires">Its <c>expires</c>.</param>
    /// <param name="signature">Its <c>signature</c>.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <returns>The asset, which the caller disposes; <see cref="ErrorKind.NotFound"/> for a forged or expired address just as for an absent asset.</returns>
    public async Task<Result<OpenAsset>> HandleAsync(string key, string? expires, string? signature, CancellationToken cancellationToken) =>
        AssetKey.TryParse(key, out var asset)
        && gate.Admits(asset, expires, signature)
        && await store.OpenReadAsync(asset, null, cancellationToken) is { } open
            ? open
            : new Error(ErrorKind.NotFound, "There is no such asset, or its address was not signed here or has expired.");
}
