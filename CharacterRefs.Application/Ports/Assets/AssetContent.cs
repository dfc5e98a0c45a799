namespace CharacterRefs.Application.Ports.Assets;

/// <summary>Content to store. It has an opener instead of a stream, because a retry starts at the first byte.</summary>
/// <param name="Length">Exact length in bytes.</param>
/// <param name="MediaType">IANA media type.</param>
/// <param name="Sha256">Hash of the bytes.</param>
/// <param name="OpenAsync">Opens the bytes from the start; the store disposes the stream, which need not be able to seek.</param>
public sealed record AssetContent(long Length, string MediaType, ContentHash Sha256, Func<CancellationToken, ValueTask<Stream>> OpenAsync)
{
    /// <summary>Content that is in memory.</summary>
    public static AssetContent FromBytes(ReadOnlyMemory<byte> bytes, string mediaType) => new(
        bytes.Length,
        mediaType,
        ContentHash.FromDigest(System.Security.Cryptography.SHA256.HashData(bytes.Span)),
        _ => ValueTask.FromResult<Stream>(new MemoryStream(bytes.ToArray(), writable: false)));
}
