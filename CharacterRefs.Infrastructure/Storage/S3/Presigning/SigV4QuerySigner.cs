using System.Buffers;
using CharacterRefs.Infrastructure.Storage.Presigning;

namespace CharacterRefs.Infrastructure.Storage.S3.Presigning;

/// <summary>
/// Signs GET URLs for S3 (AWS, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)"). AWSSDK accepts no signing time, so its URLs
/// differ each second and defeat caches, and it derives the key and evaluates its endpoint rules for each URL.
/// </summary>
internal sealed class SigV4QuerySigner(PresigningOptions options, TimeProvider clock)
{
    private const int HashBytes = 32;
    // Bytes for signature and hash in hexadecimal, the names of the parameters, the number and separators.
    private const int Spare = 512;

    private SigningStamp? _latest;

    /// <summary>Signs a URL that is the same for everyone within a window and valid at least for the lifetime.</summary>
    /// <param name="target">Bucket and credentials; pass the same instance again to reuse its derived key.</param>
    /// <param name="key">The object's key, not encoded, without leading slash and dot segments, which HTTP clients rewrite.</param>
    /// <param name="lifetime">How long it must be valid from now on: one second to seven days.</param>
    /// <param name="overrides">Response headers to replace; <c>null</c> for none.</param>
    /// <exception cref="ArgumentException">The key is not valid Unicode, or the lifetime is out of bounds.</exception>
    public PresignedUrl Sign(PresignTarget target, string key, TimeSpan lifetime, ResponseOverrides? overrides = null)
    {
        var window = SigningWindow.At(clock.GetUtcNow(), lifetime, options.Window);
        return new PresignedUrl(Sign(target, key, window, overrides), window.ExpiresAt);
    }

    /// <summary>Signs a URL for exactly that signing time and lifetime.</summary>
    public string Sign(PresignTarget target, string key, SigningWindow window, ResponseOverrides? overrides)
    {
        var stamp = StampFor(target, window.SignedAt);
        var verb = "GET\n"u8;
        var chars = key.Length + (overrides?.ContentDisposition?.Length ?? 0) + (overrides?.ContentType?.Length ?? 0);
        var buffer = ArrayPool<byte>.Shared.Rent(stamp.Length + Spare + (chars * PercentEncoding.MaxBytesPerChar));
        try
        {
            // URL and canonical request share path and query, so both use one buffer; what differs is overwritten.
            var writer = new ByteWriter(buffer);
            writer.Write(stamp.Origin);
            var start = writer.Length - verb.Length;
            verb.CopyTo(buffer.AsSpan(start));
            writer.Write(stamp.PathPrefix);
            writer.WriteEncoded(key, keepSlashes: true);
            var pathEnd = writer.Length;
            writer.Write("\n"u8);
            WriteQuery(ref writer, stamp, window.LifeSeconds, overrides);
            var queryEnd = writer.Length;
            writer.Write(stamp.CanonicalEnd);
            Span<byte> hash = stackalloc byte[HashBytes];
            SHA256.HashData(writer.Written[start..], hash);

            writer.Rewind(queryEnd);
            writer.Write(stamp.StringToSignStart);
            writer.WriteHex(hash);
            HMACSHA256.HashData(stamp.Key, writer.Written[queryEnd..], hash);

            writer.Rewind(queryEnd);
            writer.Write("&X-Amz-Signature="u8);
            writer.WriteHex(hash);
            stamp.Origin.CopyTo(buffer, 0);
            buffer[pathEnd] = (byte)'?';
            return Encoding.ASCII.GetString(writer.Written);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // In the order of their names, which the canonical request requires; the names are fixed, so nothing must be sorted.
    private static void WriteQuery(ref ByteWriter writer, SigningStamp stamp, int lifeSeconds, ResponseOverrides? overrides)
    {
        writer.Write(stamp.QueryUpToLife);
        writer.WriteNumber(lifeSeconds);
        writer.Write(stamp.QueryAfterLife);
        if (overrides?.ContentDisposition is { } disposition)
        {
            writer.Write("&response-content-disposition="u8);
            writer.WriteEncoded(disposition, keepSlashes: false);
        }

        if (overrides?.ContentType is { } type)
        {
            writer.Write("&response-content-type="u8);
            writer.WriteEncoded(type, keepSlashes: false);
        }
    }

    // Several threads may create the same stamp; each is complete before it is visible, and the last one stays.
    private SigningStamp StampFor(PresignTarget target, DateTimeOffset signedAt)
    {
        var latest = Volatile.Read(ref _latest);
        if (latest is null || !latest.IsFor(target, signedAt))
        {
            latest = new SigningStamp(target, signedAt, latest);
            Volatile.Write(ref _latest, latest);
        }

        return latest;
    }
}
