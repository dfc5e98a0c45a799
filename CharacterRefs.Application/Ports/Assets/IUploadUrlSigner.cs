namespace CharacterRefs.Application.Ports.Assets;

/// <summary>Signs URLs by which anybody may store one asset until they expire. Signing sends no request.</summary>
public interface IUploadUrlSigner
{
    /// <summary>Whether the store has such URLs. A directory has none.</summary>
    bool IsAvailable { get; }

    /// <summary>Signs a URL for one PUT of exactly this many bytes; an asset that exists is replaced.</summary>
    /// <param name="length">The <c>Content-Length</c> that the client must send, in bytes; at most 5 GiB.</param>
    /// <param name="lifetime">How long the URL is valid from now; at most 7 days.</param>
    /// <exception cref="AssetStoreUnavailableException">There are no credentials to sign with.</exception>
    PresignedUrl Sign(AssetKey key, long length, TimeSpan lifetime);
}
