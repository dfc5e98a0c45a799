namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>Replaces a range of a JPEG while it is decoded.</summary>
/// <param name="Offset">First byte of the range.</param>
/// <param name="Length">Length of the range in bytes.</param>
/// <param name="Replacement">Bytes in its place; empty to leave it out.</param>
internal sealed record JpegRepair(long Offset, int Length, ReadOnlyMemory<byte> Replacement);
