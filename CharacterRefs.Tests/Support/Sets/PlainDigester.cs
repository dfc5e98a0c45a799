using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Tests.Support.Sets;

/// <summary>Length and SHA-256 of content; for its CRC-32 the first four bytes of the hash, which differ where the content does.</summary>
internal sealed class PlainDigester : IContentDigester
{
    public async Task<ContentDigest> DigestAsync(Stream content, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        var hash = SHA256.HashData(bytes.ToArray());
        return new ContentDigest(bytes.Length, ContentHash.FromDigest(hash), BitConverter.ToUInt32(hash));
    }
}
