using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Storage.ReadSignedAsset;

/// <summary>Finds an asset by a URL that this service signed.</summary>
public sealed partial class ReadSignedAssetHandler(IAssetStore store, ISignedUrlGate gate, ILogger<ReadSignedAssetHandler> logger)
{
    /// <summary>The error without a valid URL or an asset: it does not reveal whether the asset exists.</summary>
    public static Error Absent { get; } = new(ErrorKind.NotFound, "The asset was not found, or its URL was not signed here or has expired.");

    /// <summary>The error for an asset whose bytes are not those that were stored.</summary>
    public static Error Damaged { get; } = new(ErrorKind.InternalError, "The stored asset is damaged: it does not match its recorded length and hash.");

    /// <param name="key">As it is in the URL.</param>
    /// <param name="expires">The <c>expires</c> of the URL.</param>
    /// <param name="signature">The <c>signature</c> of the URL.</param>
    /// <returns>
    /// The asset, not yet opened; <see cref="ErrorKind.NotFound"/> for a forged or expired URL and for an absent asset alike,
    /// <see cref="ErrorKind.InternalError"/> when its bytes are not those that were stored.
    /// </returns>
    public async Task<Result<SignedAsset>> HandleAsync(string key, string? expires, string? signature, CancellationToken cancellationToken)
    {
        if (!AssetKey.TryParse(key, out var asset)
            || gate.Admits(asset, expires, signature) is not { } expiresAt
            || await store.FindAsync(asset, cancellationToken) is not { } metadata)
        {
            return Absent;
        }

        if (await store.IsDamagedAsync(asset, cancellationToken))
        {
            LogDamaged(logger, asset);
            return Damaged;
        }

        return new SignedAsset(metadata, expiresAt, (range, token) => store.OpenReadAsync(asset, range, token));
    }

    [LoggerMessage(168, LogLevel.Error, "The stored asset {Key} is damaged: it does not match its recorded length and hash")]
    private static partial void LogDamaged(ILogger logger, AssetKey key);
}
