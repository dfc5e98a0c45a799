using System.Buffers;
using CharacterRefs.Infrastructure.Storage.Presigning;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>
/// Signs and verifies URLs of our own route, so that presigned URLs work without a bucket, by the same rules as S3: the same URL within a window, and no
/// part of it can be changed.
/// </summary>
internal sealed class LocalUrlSigner(byte[] signingKey, PresigningOptions options, TimeProvider clock) : IAssetUrlSigner, ISignedUrlGate
{
    /// <summary>Path of the route up to the key.</summary>
    public const string Route = "/api/mv/storage/";

    private const int HashBytes = 32;
    private const int MaxExpiresLength = 12;
    // Bytes for the route, the names of the parameters, the time and the signature.
    private const int Spare = 256;

    public PresignedUrl Sign(AssetKey key, TimeSpan lifetime) => Sign(key.Value, lifetime);

    public DateTimeOffset? Admits(AssetKey key, string? expires, string? signature) => Verify(key.Value, expires, signature);

    /// <summary>Signs a URL, relative to the service, that is valid at least for the lifetime.</summary>
    /// <param name="key">The object's key, not encoded.</param>
    /// <param name="lifetime">How long it must be valid from now on: one second to seven days.</param>
    /// <exception cref="ArgumentException">The key is not valid Unicode, or the lifetime is out of bounds.</exception>
    public PresignedUrl Sign(string key, TimeSpan lifetime)
    {
        var expiresAt = SigningWindow.At(clock.GetUtcNow(), lifetime, options.Window).ExpiresAt;
        var expires = expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Span<byte> signature = stackalloc byte[HashBytes];
        if (!TrySign(key, expires, signature))
        {
            throw new ArgumentException("The key is not valid Unicode and cannot be part of a URL.", nameof(key));
        }

        var path = PercentEncoding.Encode(key, keepSlashes: true);
        return new PresignedUrl($"{Route}{path}?expires={expires}&signature={Convert.ToHexStringLower(signature)}", expiresAt);
    }

    /// <summary>Verifies the parameters of a request.</summary>
    /// <param name="key">The key from the path, decoded.</param>
    /// <param name="expires">The value of <c>expires</c>.</param>
    /// <param name="signature">The value of <c>signature</c>.</param>
    /// <returns>When the URL expires; <c>null</c> when it was not signed here, has been changed, or has expired.</returns>
    public DateTimeOffset? Verify(string key, string? expires, string? signature)
    {
        Span<byte> expected = stackalloc byte[HashBytes];
        // The length bounds the work for an unverified request. The text of the time is signed, so only one way to write it passes.
        if (signature is null || expires is not { Length: <= MaxExpiresLength }
            || !long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            || !TrySign(key, expires, expected))
        {
            return null;
        }

        // As text, because decoding would accept capitals. FixedTimeEquals gives nothing away by its duration.
        var isOurs = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Convert.ToHexStringLower(expected)), Encoding.UTF8.GetBytes(signature));
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(end);
        return isOurs && clock.GetUtcNow() < expiresAt ? expiresAt : null;
    }

    // Method, time and encoded key, one line each; none can contain a line feed, so no two requests have the same text. False for invalid Unicode.
    private bool TrySign(string key, string expires, Span<byte> signature)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Spare + (key.Length * PercentEncoding.MaxBytesPerChar));
        try
        {
            var writer = new ByteWriter(buffer);
            writer.Write("GET\n"u8);
            writer.WriteEncoded(expires, keepSlashes: false);
            writer.Write("\n"u8);
            if (!writer.TryWriteEncoded(key, keepSlashes: true))
            {
                return false;
            }

            HMACSHA256.HashData(signingKey, writer.Written, signature);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
