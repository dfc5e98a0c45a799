using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Application.Storage.ReadSignedAsset;

/// <summary>Finds an asset by a URL that this service signed.</summary>
public sealed class ReadSignedAssetHandler(IAssetStore store, ISignedUrlGate gate)
{
    /// <summary>The one error: it does not reveal whether the asset exists.</summary>
    public static Error Absent { get; } = new(ErrorKind.NotFound, "The asset was not found, or its URL was not signed here or has expired.");

    /// <param name="key">As it is in the URL.</param>
    /// <param name="expires">The <c>expires</c> of the URL.</param>
    /// <param name="signature">The <c>signature</c> of the URL.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The asset, not yet opened; <see cref="ErrorKind.NotFound"/> for a forged or expired URL and for an absent asset alike.</returns>
    public async Task<Result<SignedAsset>> HandleAsync(string key, string? expires, string? signature, CancellationToken cancellationToken) =>
        AssetKey.TryParse(key, out var asset)
        && gate.Admits(asset, expires, signature) is { } expiresAt
        && await store.FindAsync(asset, cancellationToken) is { } metadata
            ? new SignedAsset(metadata, expiresAt, (range, token) => store.OpenReadAsync(asset, range, token))
            : Absent;
}
