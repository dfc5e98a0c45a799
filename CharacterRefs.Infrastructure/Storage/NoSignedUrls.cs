using CharacterRefs.Application.Ports;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Infrastructure.Storage;

/// <summary>With a bucket every signed address leads there, and none here.</summary>
internal sealed class NoSignedUrls : ISignedUrlGate
{
    public DateTimeOffset? Admits(AssetKey key, string? expires, string? signature) => null;
}
