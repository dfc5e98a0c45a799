using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.Jobs;

/// <summary>Presigns URLs of a job's files with the configured lifetime.</summary>
public sealed class JobUrlSigner(IAssetUrlSigner signer, StorageSettings settings)
{
    /// <summary>A presigned URL of this key.</summary>
    /// <exception cref="AssetStoreUnavailableException">There are no credentials to sign with.</exception>
    public PresignedUrl Sign(AssetKey key) => signer.Sign(key, settings.PresignedUrlExpiry);
}
