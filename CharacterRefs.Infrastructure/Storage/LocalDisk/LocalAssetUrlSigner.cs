using System.Globalization;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Storage.Presigning;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>Signs for our own route, and tells who comes with a signature of ours.</summary>
internal sealed class LocalAssetUrlSigner(LocalUrlSigner signer) : IAssetUrlSigner, ISignedUrlGate
{
    public PresignedUrl Sign(AssetKey key, TimeSpan lifetime) => signer.Sign(PresignedMethod.Get, key.Value, lifetime);

    public DateTimeOffset? Admits(AssetKey key, string? expires, string? signature) =>
        signer.Verify(PresignedMethod.Get, key.Value, expires, signature) is LocalUrlVerdict.Valid
            ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(expires!, CultureInfo.InvariantCulture))
            : null;
}
