using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>What content is.</summary>
/// <param name="SizeBytes">Length in bytes.</param>
/// <param name="Sha256">SHA-256.</param>
/// <param name="Crc32">CRC-32 as zip files have it.</param>
public sealed record ContentDigest(long SizeBytes, ContentHash Sha256, uint Crc32);
