using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Infrastructure.Storage.Presigning;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

/// <summary>
/// Signs URLs of our own route, so that everything which hands out URLs works without a cloud, by the same rules as S3: same within a window, one
/// method each, not to be changed.
/// </summary>
internal sealed class LocalUrlSigner(byte[] signingKey, PresigningOptions options, TimeProvider clock)
{
    /// <summary>What the route begins with; the key follows.</summary>
    public const string Route = "/api/mv/storage/";

    private const int HashBytes = 32;
    private const int MaxExpiresLength = 12;
    // The route, names of parameters, the time, the signature.
    private const int Spare = 256;

    /// <summary>A URL, relative to the service, that lives at least as long as asked.</summary>
    /// <param name="method">What it allows.</param>
    /// <param name="key">The object's key, not encoded.</param>
    /// <param name="lifetime">How long it must work from now on: one second to seven days.</param>
    /// <exception cref="ArgumentException">The key is not valid Unicode, or the lifetime is out of bounds.</exception>
    public PresignedUrl Sign(PresignedMethod method, string key, TimeSpan lifetime)
    {
        var expiresAt = SigningWindow.At(clock.GetUtcNow(), lifetime, options.Window).ExpiresAt;
        var expires = expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Span<byte> signature = stackalloc byte[HashBytes];
        return TrySign(method, key, expires, signature)
            ? new PresignedUrl($"{Route}{PercentEncoding.Encode(key, keepSlashes: true)}?expires={expires}&signature={Convert.ToHexStringLower(signature)}", expiresAt)
            : throw new ArgumentException("Only valid Unicode can be part of a URL.", nameof(key));
    }

    /// <summary>Judges what a request brought, as it came.</summary>
    /// <param name="method">What it asks for.</param>
    /// <param name="key">The key from the path, decoded.</param>
    /// <param name="expires">The value of <c>expires</c>.</param>
    /// <param name="signature">The value of <c>signature</c>.</param>
    public LocalUrlVerdict Verify(PresignedMethod method, string key, string? expires, string? signature)
    {
        Span<byte> expected = stackalloc byte[HashBytes];
        // The length bounds the work before anything is proven. The text of the time is what was signed: there is one way only to write it.
        if (signature is null || expires is not { Length: <= MaxExpiresLength }
            || !long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            || !TrySign(method, key, expires, expected))
        {
            return LocalUrlVerdict.Forged;
        }

        // Compared as text: decoding would take capitals for the same signature. FixedTimeEquals leaves a guesser no clock.
        var isOurs = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Convert.ToHexStringLower(expected)), Encoding.UTF8.GetBytes(signature));
        return !isOurs ? LocalUrlVerdict.Forged
            : clock.GetUtcNow() < DateTimeOffset.FromUnixTimeSeconds(end) ? LocalUrlVerdict.Valid
            : LocalUrlVerdict.Expired;
    }

    // Method, time and encoded key, a line each: none can hold a line feed, so no two requests read alike. False for a key that is not valid Unicode.
    private bool TrySign(PresignedMethod method, string key, string expires, Span<byte> signature)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Spare + (key.Length * PercentEncoding.MaxBytesPerChar));
        try
        {
            var writer = new ByteWriter(buffer);
            writer.Write(method == PresignedMethod.Head ? "HEAD\n"u8 : "GET\n"u8);
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
