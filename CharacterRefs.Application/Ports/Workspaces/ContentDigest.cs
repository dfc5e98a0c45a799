namespace CharacterRefs.Application.Ports.Workspaces;

/// <summary>Length and hashes of content.</summary>
/// <param name="SizeBytes">Length in bytes.</param>
/// <param name="Sha256">SHA-256.</param>
/// <param name="Crc32">CRC-32 as in zip files.</param>
public sealed record ContentDigest(long SizeBytes, ContentHash Sha256, uint Crc32);
