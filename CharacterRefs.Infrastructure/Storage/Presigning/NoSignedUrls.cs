using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Infrastructure.Storage.Presigning;

/// <summary>With a bucket every signed address leads there, and none here.</summary>
internal sealed class NoSignedUrls : ISignedUrlGate
{
    public DateTimeOffset? Admits(AssetKey key, string? expires, string? signature) => null;
}
