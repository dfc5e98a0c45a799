using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Tests.Support.StoredSets;

/// <summary>Length and SHA-256. Nothing that reads sets computes a CRC-32, so it is always the same.</summary>
internal sealed class ShaDigester : IContentDigester
{
    public const uint Crc32 = 0x00C0FFEE;

    public async Task<ContentDigest> DigestAsync(Stream content, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        return new ContentDigest(bytes.Length, ContentHash.FromDigest(SHA256.HashData(bytes.ToArray())), Crc32);
    }
}
