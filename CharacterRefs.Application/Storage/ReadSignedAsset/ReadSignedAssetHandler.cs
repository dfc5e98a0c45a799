using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Application.Storage.ReadSignedAsset;

/// <summary>Finds an asset for whoever comes with an address that was signed here.</summary>
public sealed class ReadSignedAssetHandler(IAssetStore store, ISignedUrlGate gate)
{
    /// <summary>The one refusal: what is not signed here is not told from what does not exist.</summary>
    public static Error Absent { get; } = new(ErrorKind.NotFound, "There is no such asset, or its address was not signed here or has expired.");

    /// <param name="key">As it stands in the address.</param>
    /// <param name="expires">Its <c>expires</c>.</param>
    /// <param name="signature">Its <c>signature</c>.</param>
    /// <param name="cancellationToken">Gives up looking.</param>
    /// <returns>The asset, not yet opened; <see cref="ErrorKind.NotFound"/> for a forged or expired address just as for an absent asset.</returns>
    public async Task<Result<SignedAsset>> HandleAsync(string key, string? expires, string? signature, CancellationToken cancellationToken) =>
        AssetKey.TryParse(key, out var asset)
        && gate.Admits(asset, expires, signature) is { } expiresAt
        && await store.FindAsync(asset, cancellationToken) is { } metadata
            ? new SignedAsset(metadata, expiresAt, (range, token) => store.OpenReadAsync(asset, range, token))
            : Absent;
}
